import {isObject} from '../../core/checks.ts';
import {messageOf} from '../../io/files.ts';
import {type LogitsNode, logitsOf, type ScoredGraph} from '../../tfjs/logits-of.ts';
import type {SegmentationModel} from './model.ts';

/** What is behind the label map that a model ends in. */
export interface BehindLabels {
  /** The scores; undefined where the model ends in scores, or none can be seen. */
  readonly scores?: LogitsNode;
  /** Why a graph shows none. */
  readonly problem?: string;
}

/** Looks for the scores in front of the ArgMax that a graph model ends in. */
export function lookBehindLabels(model: SegmentationModel): BehindLabels {
  if (!isGraph(model)) return {};
  try {
    const scores = logitsOf(model);
    return scores.argMax === undefined ? {} : {scores};
  } catch (error) {
    return {problem: messageOf(error)};
  }
}

/** What `tf.loadGraphModel` gives; a layers model has no artifacts. */
function isGraph(model: SegmentationModel): model is SegmentationModel & ScoredGraph {
  return 'artifacts' in model && 'weights' in model && isObject(model.weights);
}
