package io.pipedeck.parse;

import io.pipedeck.api.Json;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON over a pipe: four bytes of length, then that many bytes. */
final class Frames {
  private Frames() {}

  static void write(DataOutputStream out, Object message) throws IOException {
    byte[] bytes = Json.mapper().writeValueAsBytes(message);
    out.writeInt(bytes.length);
    out.write(bytes);
    out.flush();
  }

  /**
   * The next message, null when the other side closed the pipe.
   *
   * @throws IOException also when a frame is longer than {@code maxBytes} or cut off: the other
   *     side can't be trusted any more
   */
  static <T> @Nullable T read(DataInputStream in, Class<T> type, long maxBytes) throws IOException {
    int first = in.read();
    if (first < 0) {
      return null;
    }
    int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
    if (length < 0 || length > maxBytes) {
      throw new IOException("frame of " + length + " bytes, " + maxBytes + " are allowed");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("frame cut off after " + bytes.length + " of " + length + " bytes");
    }
    return Json.mapper().readValue(bytes, type);
  }
}
