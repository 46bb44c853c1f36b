// Layers without weights that change the size of pictures.
import {serialization, type Tensor, tidy} from '@tensorflow/tfjs-core';
import {layers, type Shape} from '@tensorflow/tfjs-layers';
import {checkPositive} from '../../core/checks.ts';
import {imageMean, resizeTo, scaledSize} from '../blocks/resize.ts';
import {checkConfig, type LayerConfig} from './config.ts';
import {onlyShape, onlyTensor, twoShapes, twoTensors} from './tensors.ts';

/**
 * Resizes its first input to the height and width of its second, bilinearly, corners on corners. The size may be unknown
 * until the layer is called.
 */
export class ResizeLike extends layers.Layer {
  static readonly className = 'ResizeLike';

  constructor(config: LayerConfig = {}) {
    super(checkConfig(ResizeLike.className, config, []));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [first, second] = twoShapes(this.name, inputShape);
    const [batch, , , channels] = onlyShape(this.name, first);
    return [batch, second[1] ?? null, second[2] ?? null, channels];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [x, {shape}] = twoTensors(this.name, inputs);
      return resizeTo(x, [shape[1], shape[2]]);
    });
  }
}

/** The mean of each channel over the picture: `[batch, height, width, channels]` to `[batch, 1, 1, channels]`. */
export class ImageMean extends layers.Layer {
  static readonly className = 'ImageMean';

  constructor(config: LayerConfig = {}) {
    super(checkConfig(ImageMean.className, config, []));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, , , channels] = onlyShape(this.name, inputShape);
    return [batch, 1, 1, channels];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => imageMean(onlyTensor(inputs)));
  }
}

export interface ScaleImageConfig extends LayerConfig {
  /** Above 0; 0.5 halves the picture. */
  readonly scale: number;
}

/** The picture at another scale, bilinearly, corners on corners: 321 rows become 241 at 0.75. */
export class ScaleImage extends layers.Layer {
  static readonly className = 'ScaleImage';
  readonly #scale: number;

  constructor(config: ScaleImageConfig) {
    super(checkConfig(ScaleImage.className, config, ['scale']));
    checkPositive('scale', config.scale);
    this.#scale = config.scale;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, height, width, channels] = onlyShape(this.name, inputShape);
    const scaled = (size: number | null): number | null => (size === null ? null : scaledSize(size, this.#scale));
    return [batch, scaled(height), scaled(width), channels];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = onlyTensor(inputs);
      return resizeTo(x, [scaledSize(x.shape[1], this.#scale), scaledSize(x.shape[2], this.#scale)]);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), scale: this.#scale};
  }
}

serialization.registerClass(ResizeLike);
serialization.registerClass(ImageMean);
serialization.registerClass(ScaleImage);
