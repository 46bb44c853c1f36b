// A layer made of other layers: a block of a paper, under one name, with one configuration.
import type {Tensor} from '@tensorflow/tfjs-core';
import {
  input,
  layers,
  type LayersModel,
  type LayerVariable,
  model,
  type Shape,
  type SymbolicTensor,
} from '@tensorflow/tfjs-layers';
import type {Kwargs} from './config.ts';
import {asTensor} from '../blocks/tensors.ts';
import {onlyShape} from './tensors.ts';

/** A layer that wires up others when it is built and passes everything on to them. */
export abstract class BlockLayer extends layers.Layer {
  #inner: LayersModel | undefined;

  /** Connects the block's inputs with its output. The names of the layers are prefixed with the block's own in those of the weights. */
  protected abstract wire(inputs: SymbolicTensor[]): SymbolicTensor;

  /** The layers that the block is made of, once it is built. */
  get layers(): readonly layers.Layer[] {
    return this.#inner?.layers ?? [];
  }

  override build(inputShape: Shape | Shape[]): void {
    const inputs = shapesOf(inputShape).map(shape => input({shape: onlyShape(this.name, shape).slice(1)}));
    this.#inner = model({inputs, outputs: this.wire(inputs), name: `${this.name}_block`});
    this.#inner.trainable = this.trainable;
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return this.#built().computeOutputShape(inputShape);
  }

  override call(inputs: Tensor | Tensor[], kwargs: Kwargs): Tensor {
    const output = this.#built().call(inputs, kwargs);
    return asTensor('the output', Array.isArray(output) ? output[0] : output);
  }

  override get trainable(): boolean {
    return super.trainable;
  }

  override set trainable(trainable: boolean) {
    super.trainable = trainable;
    if (this.#inner) this.#inner.trainable = trainable;
  }

  override get trainableWeights(): LayerVariable[] {
    return this.#inner?.trainableWeights ?? [];
  }

  override set trainableWeights(_: LayerVariable[]) {
    throw new TypeError('the weights of a block are those of its layers');
  }

  override get nonTrainableWeights(): LayerVariable[] {
    return this.#inner?.nonTrainableWeights ?? [];
  }

  override set nonTrainableWeights(_: LayerVariable[]) {
    throw new TypeError('the weights of a block are those of its layers');
  }

  #built(): LayersModel {
    if (this.#inner) return this.#inner;
    throw new TypeError(`${this.name} is not built yet`);
  }
}

function shapesOf(shape: Shape | Shape[]): Shape[] {
  const several = shape.filter(entry => Array.isArray(entry));
  if (several.length > 0) return several;
  return [shape.map(entry => (typeof entry === 'number' ? entry : null))];
}
