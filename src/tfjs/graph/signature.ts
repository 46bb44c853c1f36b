import {isObject} from '../../core/checks.ts';
import {parseRef} from './node-def.ts';

/** The nodes that the signature of a model names as its outputs; none where it has no signature. */
export function signatureOutputs(artifacts: object): string[] {
  return signaturesOf(artifacts).flatMap(signature => ('outputs' in signature ? nodesOf(signature.outputs) : []));
}

/** Its outputs and inputs. */
export function signatureNodes(artifacts: object): string[] {
  return signaturesOf(artifacts).flatMap(signature => Object.values(signature).flatMap(nodesOf));
}

// tfjs-converter has written it into either place.
function signaturesOf(artifacts: object): object[] {
  const {signature, userDefinedMetadata}: {signature?: unknown; userDefinedMetadata?: unknown} = artifacts;
  const inMetadata =
    isObject(userDefinedMetadata) && 'signature' in userDefinedMetadata && userDefinedMetadata.signature;
  return [inMetadata, signature].filter(isObject);
}

function nodesOf(ends: unknown): string[] {
  const values: unknown[] = isObject(ends) ? Object.values(ends) : [];
  return values.flatMap(end =>
    isObject(end) && 'name' in end && typeof end.name === 'string' ? [parseRef(end.name).node] : [],
  );
}
