package io.pipedeck.pipeline;

import io.pipedeck.api.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** The kept form of outputs: records as deflated JSON, vectors as plain numbers. */
final class OutputCodec {
  private OutputCodec() {}

  /** The record, small. Written and deflated in one go: the JSON never stands in memory whole. */
  static byte[] pack(Object output) {
    var bytes = new ByteArrayOutputStream();
    var deflater = new Deflater(Deflater.BEST_SPEED);
    try (OutputStream out = new DeflaterOutputStream(bytes, deflater, 16 * 1024)) {
      Json.mapper().writeValue(out, output);
    } catch (IOException e) {
      throw new UncheckedIOException("an output can't be packed", e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  /**
   * The record again.
   *
   * @throws IOException if these bytes are none of this type
   */
  static <T> T unpack(byte[] bytes, Class<T> type) throws IOException {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
      return Json.mapper().readValue(in, type);
    }
  }

  /** Vectors of one length, which stands before them. */
  static byte[] packVectors(List<float[]> vectors) {
    int dimensions = vectors.getFirst().length;
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + vectors.size() * dimensions * 4);
    bytes.putInt(dimensions);
    for (float[] vector : vectors) {
      for (float value : vector) {
        bytes.putFloat(value);
      }
    }
    return bytes.array();
  }

  /** The vectors again; an empty list if these bytes are none. */
  static List<float[]> unpackVectors(byte[] packed) {
    ByteBuffer bytes = ByteBuffer.wrap(packed);
    int dimensions = packed.length < Integer.BYTES ? 0 : bytes.getInt();
    if (dimensions <= 0 || bytes.remaining() % (dimensions * (long) Float.BYTES) != 0) {
      return List.of();
    }
    List<float[]> vectors = new ArrayList<>();
    while (bytes.hasRemaining()) {
      var vector = new float[dimensions];
      bytes.asFloatBuffer().get(vector);
      bytes.position(bytes.position() + dimensions * Float.BYTES);
      vectors.add(vector);
    }
    return vectors;
  }
}
