package io.pipedeck.queue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the field {@code data} of a job says that a Python program enqueued. Whatever the bytes are,
 * {@link #decode} gives one of these and throws nothing: what can't be read fails its own job and
 * nothing else.
 */
public sealed interface RqCall {
  /** What one call may unpack to; RQ itself has no bound. */
  int MOST_BYTES = 16 * 1024 * 1024;

  /**
   * A call in JSON.
   *
   * @param function dotted name; the only identity of the function
   */
  record Call(String function, List<JsonNode> args, Map<String, JsonNode> kwargs)
      implements RqCall {
    public Call {
      args = List.copyOf(args);
      kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
    }
  }

  /** A Python pickle. It is executable code: recognised, never read. */
  record Pickled(int protocol) implements RqCall {}

  /** Neither JSON nor a pickle: the producer has a serializer that nobody here knows. */
  record UnknownSerializer() implements RqCall {}

  /**
   * JSON that is no call.
   *
   * @param why for people
   */
  record Malformed(String why) implements RqCall {}

  /** Reads the field {@code data}, zlib or plain. */
  static RqCall decode(byte[] data) {
    byte[] plain = Zlib.inflate(data, MOST_BYTES).orElse(null);
    if (plain == null) {
      return tooLarge();
    }
    int first = 0;
    while (first < plain.length && isBlank(plain[first])) {
      first++;
    }
    if (isPickle(plain)) {
      return new Pickled(plain[1]);
    }
    return first < plain.length && plain[first] == '['
        ? PythonJson.call(plain)
        : new UnknownSerializer();
  }

  /** More than anybody here reads. */
  static RqCall tooLarge() {
    return new Malformed("it is more than " + MOST_BYTES / (1 << 20) + " MiB");
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\n' || b == '\r';
  }

  /** Whether these are the bytes of a pickle of protocol 2 or newer. */
  static boolean isPickle(byte[] plain) {
    return plain.length >= 3
        && plain[0] == (byte) 0x80
        && plain[1] >= 2
        && plain[1] <= 5
        && (plain[1] < 4 || plain[2] == (byte) 0x95)
        && plain[plain.length - 1] == '.';
  }
}
