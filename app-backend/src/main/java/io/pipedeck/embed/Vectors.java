package io.pipedeck.embed;

/** Arithmetic on vectors. */
public final class Vectors {
  private Vectors() {}

  /** The vector, changed in place to length 1; one of only zeros stays as it is. */
  public static float[] normalise(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (squares > 0) {
      float factor = (float) (1 / Math.sqrt(squares));
      for (int i = 0; i < vector.length; i++) {
        vector[i] *= factor;
      }
    }
    return vector;
  }

  /** The cosine of the angle between two vectors of length 1. */
  public static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
