package io.pipedeck.queue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;

/** Zlib streams (RFC 1950), as RQ keeps calls and errors. */
final class Zlib {
  private static final int BUFFER = 8 * 1024;

  private Zlib() {}

  static byte[] deflate(byte[] plain) {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out)) {
      deflater.write(plain);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
    return out.toByteArray();
  }

  /**
   * What the stream unpacks to. Bytes that are no whole stream are given as they are, as RQ does.
   *
   * @return empty if it is more than {@code mostBytes}
   */
  static Optional<byte[]> inflate(byte[] data, int mostBytes) {
    var inflater = new Inflater();
    try {
      inflater.setInput(data);
      var out = new ByteArrayOutputStream();
      byte[] buffer = new byte[BUFFER];
      while (!inflater.finished()) {
        int n = inflater.inflate(buffer);
        if (n == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
          return bounded(data, mostBytes);
        }
        if (out.size() + n > mostBytes) {
          return Optional.empty();
        }
        out.write(buffer, 0, n);
      }
      return Optional.of(out.toByteArray());
    } catch (DataFormatException _) {
      return bounded(data, mostBytes);
    } finally {
      inflater.end();
    }
  }

  private static Optional<byte[]> bounded(byte[] data, int mostBytes) {
    return data.length > mostBytes ? Optional.empty() : Optional.of(data);
  }
}
