// Which names a weight of ours has elsewhere.

/**
 * The names that a weight of a DeepLab model may have elsewhere, the likeliest first: its own; TensorFlow's, where
 * `kernel` is `weights`, `depthwise_kernel` `depthwise_weights` and `bias` `biases`; each with and without the name of
 * the block it belongs to.
 *
 * @example
 * weightNames('aspp/aspp0/kernel'); // aspp/aspp0/kernel, aspp0/kernel, aspp/aspp0/weights, aspp0/weights
 */
export function weightNames(name: string): string[] {
  const own = [name, name.replace(/^(aspp|large_fov|network)\//, '')];
  const slim = own.map(candidate =>
    candidate
      .replace(/\/depthwise_kernel$/, '/depthwise_weights')
      .replace(/\/kernel$/, '/weights')
      .replace(/\/bias$/, '/biases'),
  );
  return [...new Set([...own, ...slim])];
}

/** What two names must share to be taken for the same: letters and digits, in any case. */
export function canonical(name: string): string {
  return name
    .replace(/:\d+$/, '')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
}

/** A weight's name without the operator and the number that converters append: `aspp0_Relu_62/kernel` is `aspp0/kernel`. */
export function withoutOperator(name: string): string {
  return name.replace(/(_(Relu6?|BiasAdd|add_fold|Conv2D))?_\d+(?=\/(kernel|depthwise_kernel|bias)$)/, '');
}
