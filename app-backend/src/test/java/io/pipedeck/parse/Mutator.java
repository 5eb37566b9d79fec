package io.pipedeck.parse;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Breaks documents in the ways in which transfers, disks and enemies do. The same seed breaks the
 * same.
 */
final class Mutator {
  private static final int MOST_FLIPS = 64;

  private final Random random;
  private final List<byte[]> documents;

  Mutator(long seed, List<byte[]> documents) {
    this.random = new Random(seed);
    this.documents = documents;
  }

  /** A broken copy. */
  byte[] mutate(byte[] document) {
    byte[] broken = document.clone();
    int rounds = 1 + random.nextInt(3);
    for (int i = 0; i < rounds && broken.length > 0; i++) {
      broken =
          switch (random.nextInt(7)) {
            case 0, 1 -> flipped(broken);
            case 2 -> Arrays.copyOf(broken, random.nextInt(broken.length) + 1);
            case 3 -> spliced(broken, documents.get(random.nextInt(documents.size())));
            case 4 -> without(broken);
            case 5 -> repeated(broken);
            default -> overwritten(broken);
          };
    }
    return broken;
  }

  private byte[] flipped(byte[] bytes) {
    int flips = 1 + random.nextInt(MOST_FLIPS);
    for (int i = 0; i < flips; i++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return bytes;
  }

  /** The beginning of one and the end of another. */
  private byte[] spliced(byte[] head, byte[] tail) {
    int keep = random.nextInt(head.length) + 1;
    int from = random.nextInt(Math.max(1, tail.length));
    byte[] both = Arrays.copyOf(head, keep + tail.length - from);
    System.arraycopy(tail, from, both, keep, tail.length - from);
    return both;
  }

  private byte[] without(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    int to = from + random.nextInt(bytes.length - from);
    byte[] rest = Arrays.copyOf(bytes, bytes.length - (to - from));
    System.arraycopy(bytes, to, rest, from, bytes.length - to);
    return rest;
  }

  private byte[] repeated(byte[] bytes) {
    int from = random.nextInt(bytes.length);
    int length = random.nextInt(bytes.length - from + 1);
    byte[] more = Arrays.copyOf(bytes, bytes.length + length);
    System.arraycopy(bytes, from, more, from + length, bytes.length - from);
    return more;
  }

  /** Numbers that lengths and offsets are often wrong about. */
  private byte[] overwritten(byte[] bytes) {
    byte[][] numbers = {
      {0, 0, 0, 0}, {-1, -1, -1, -1}, {-1, -1, -1, 0x7F}, {0, 0, 0, (byte) 0x80}, {0x7F, -1, -1, -1}
    };
    byte[] number = numbers[random.nextInt(numbers.length)];
    int at = random.nextInt(bytes.length);
    System.arraycopy(number, 0, bytes, at, Math.min(number.length, bytes.length - at));
    return bytes;
  }
}
