package io.pipedeck.ui.contract;

import com.sun.net.httpserver.HttpExchange;
import io.pipedeck.api.Json;
import io.pipedeck.api.Problem;
import java.io.IOException;

/** Writes answers as the contract has them. */
final class Answers {
  private Answers() {}

  static void json(HttpExchange exchange, int status, Object value) throws IOException {
    write(exchange, status, "application/json", value);
  }

  static void problem(HttpExchange exchange, int status, String code, String detail)
      throws IOException {
    problem(exchange, new Problem("about:blank", code, status, code, detail, "req-77", null, null));
  }

  static void problem(HttpExchange exchange, Problem problem) throws IOException {
    write(exchange, problem.status(), "application/problem+json", problem);
  }

  private static void write(HttpExchange exchange, int status, String type, Object value)
      throws IOException {
    // The body must have been read before the answer, or the connection breaks for the client.
    exchange.getRequestBody().readAllBytes();
    byte[] body = Json.mapper().writeValueAsBytes(value);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
