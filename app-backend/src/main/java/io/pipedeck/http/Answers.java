package io.pipedeck.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.Json;

/** Writes answers. */
final class Answers {
  private Answers() {}

  /** 200 with this value as JSON. */
  static void json(ServerResponse response, Object value) {
    send(response, 200, "application/json", value);
  }

  static void send(ServerResponse response, int status, String contentType, Object value) {
    response.status(Status.create(status));
    response.header(HeaderNames.CONTENT_TYPE, contentType);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.header("X-Content-Type-Options", "nosniff");
    response.send(bytes(value));
  }

  static byte[] bytes(Object value) {
    try {
      return Json.mapper().writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not to be written as JSON: " + value.getClass(), e);
    }
  }
}
