package io.pipedeck.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.pipedeck.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The JSON object that a request brings; what is wrong with it is said by member. */
record JsonBody(JsonNode members) {
  private static final int LARGEST_BYTES = 64 * 1024;

  /**
   * Reads the request to its end.
   *
   * @param known members; any other one is refused
   */
  static JsonBody read(ServerRequest request, Set<String> known) throws IOException {
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
    if (!type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
      throw new RequestException(
          415, "unsupported_media_type", "Send a JSON object as application/json.", List.of());
    }
    JsonNode members = parse(request);
    if (!members.isObject()) {
      throw RequestException.badRequest("The body is no JSON object.");
    }
    members
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                throw RequestException.invalid(
                    name,
                    "is no member of this call; it takes " + known.stream().sorted().toList());
              }
            });
    return new JsonBody(members);
  }

  private static JsonNode parse(ServerRequest request) throws IOException {
    if (!request.content().hasEntity()) {
      throw RequestException.badRequest("The call has no body.");
    }
    byte[] bytes;
    try (InputStream in = request.content().inputStream()) {
      bytes = in.readNBytes(LARGEST_BYTES + 1);
    }
    if (bytes.length > LARGEST_BYTES) {
      throw new RequestException(
          413,
          "too_large",
          "The body is larger than the " + LARGEST_BYTES / 1024 + " KiB that are taken.",
          List.of());
    }
    try {
      return Json.mapper().readTree(bytes);
    } catch (JsonProcessingException _) {
      throw RequestException.badRequest("The body is not well-formed JSON.");
    }
  }

  /** A text, null where it is missing, null or blank. */
  @Nullable String text(String name) {
    JsonNode value = members.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw RequestException.invalid(name, "must be a text");
    }
    return value.textValue().isBlank() ? null : value.textValue().strip();
  }

  /** A whole number, null where it is missing or null. */
  @Nullable Integer number(String name, int min, int max) {
    JsonNode value = members.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < min
        || value.intValue() > max) {
      throw RequestException.invalid(name, "must be a whole number from " + min + " to " + max);
    }
    return value.intValue();
  }
}
