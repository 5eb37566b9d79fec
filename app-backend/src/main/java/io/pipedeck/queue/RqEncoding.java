package io.pipedeck.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.Adler32;
import org.jspecify.annotations.Nullable;

/**
 * How RQ writes things: calls as zlib (RFC 1950) of JSON, results as Base64 of JSON, errors as
 * Base64 of zlib.
 */
final class RqEncoding {
  private RqEncoding() {}

  /** The field {@code data}: the call as a four-tuple {@code [function, null, args, kwargs]}. */
  static byte[] call(String function, List<String> args) {
    return stored(
        json(java.util.Arrays.asList(function, null, args, Map.of()))
            .getBytes(StandardCharsets.UTF_8));
  }

  /** The field {@code data} of any call. */
  static byte[] call(RqCall.Call call) {
    return stored(
        json(java.util.Arrays.asList(call.function(), null, call.args(), call.kwargs()))
            .getBytes(StandardCharsets.UTF_8));
  }

  /** The field {@code return_value}; empty for none. */
  static String returnValue(@Nullable JsonNode result) {
    return result == null || result.isNull()
        ? ""
        : Base64.getEncoder().encodeToString(json(result).getBytes(StandardCharsets.UTF_8));
  }

  /** The field {@code exc_string}. */
  static String errorText(String text) {
    return Base64.getEncoder().encodeToString(Zlib.deflate(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * The field {@code description}: the call as Python would print it, each argument cut at 75
   * characters.
   */
  static String description(String function, List<String> args) {
    var text = new StringBuilder(function).append('(');
    for (int i = 0; i < args.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(quoted(args.get(i)));
    }
    return text.append(')').toString();
  }

  /** The field {@code description} of any call. */
  static String description(RqCall.Call call) {
    List<String> words = new java.util.ArrayList<>();
    call.args().forEach(arg -> words.add(repr(arg)));
    new java.util.TreeMap<>(call.kwargs())
        .forEach((name, value) -> words.add(name + "=" + repr(value)));
    return call.function() + "(" + String.join(", ", words) + ")";
  }

  private static String repr(JsonNode value) {
    if (value.isTextual()) {
      return quoted(value.textValue());
    }
    String text =
        switch (value.asText()) {
          case "true" -> "True";
          case "false" -> "False";
          case "null" -> "None";
          default -> value.toString();
        };
    return text.length() <= 75 ? text : text.substring(0, 72) + "...";
  }

  private static String quoted(String arg) {
    String cut =
        arg.length() <= 75
            ? arg
            : arg.substring(
                    0, arg.offsetByCodePoints(0, Math.min(72, arg.codePointCount(0, arg.length()))))
                + "...";
    return "'" + cut.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }

  /**
   * A zlib stream of one stored block (RFC 1950, RFC 1951 3.2.4): so small a call gains nothing by
   * being compressed, and is written for every job. What doesn't fit a block is compressed.
   */
  static byte[] stored(byte[] plain) {
    if (plain.length > 0xFFFF) {
      return Zlib.deflate(plain);
    }
    var adler = new Adler32();
    adler.update(plain);
    return ByteBuffer.allocate(plain.length + 11)
        .put((byte) 0x78)
        .put((byte) 0x01)
        .put((byte) 0x01)
        .put((byte) plain.length)
        .put((byte) (plain.length >>> 8))
        .put((byte) ~plain.length)
        .put((byte) (~plain.length >>> 8))
        .put(plain)
        .putInt((int) adler.getValue())
        .array();
  }

  private static String json(Object value) {
    try {
      return Json.mapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not to be written as JSON: " + value.getClass(), e);
    }
  }
}
