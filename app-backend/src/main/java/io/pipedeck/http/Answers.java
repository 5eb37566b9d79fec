package io.pipedeck.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.Json;

/** Writes answers. */
final class Answers {
  private Answers() {}

  /** 200 with this value as JSON. */
  static void json(ServerRequest request, ServerResponse response, Object value) {
    send(request, response, 200, "application/json", value);
  }

  /** To a HEAD goes everything but the value itself. */
  static void send(
      ServerRequest request,
      ServerResponse response,
      int status,
      String contentType,
      Object value) {
    response.status(Status.create(status));
    response.header(HeaderNames.CONTENT_TYPE, contentType);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.header("X-Content-Type-Options", "nosniff");
    byte[] body = bytes(value);
    if (request.prologue().method().equals(Method.HEAD)) {
      response.header(HeaderNames.CONTENT_LENGTH, Integer.toString(body.length));
      response.send(new byte[0]);
    } else {
      response.send(body);
    }
  }

  static byte[] bytes(Object value) {
    try {
      return Json.mapper().writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not to be written as JSON: " + value.getClass(), e);
    }
  }
}
