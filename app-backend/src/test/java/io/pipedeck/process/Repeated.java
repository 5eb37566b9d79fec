package io.pipedeck.process;

import java.io.InputStream;
import java.util.Arrays;

/** A stream of the same byte, many times; takes no memory. */
final class Repeated extends InputStream {
  private final byte value;
  private long left;

  Repeated(char value, long times) {
    this.value = (byte) value;
    this.left = times;
  }

  @Override
  public int read() {
    if (left == 0) {
      return -1;
    }
    left--;
    return value;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) {
    if (left == 0) {
      return -1;
    }
    int n = (int) Math.min(length, left);
    Arrays.fill(buffer, offset, offset + n, value);
    left -= n;
    return n;
  }
}
