package io.pipedeck.pipeline;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pipedeck.api.Json;
import io.pipedeck.config.EmbedConfig;
import io.pipedeck.embed.ChatModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** A chat endpoint of this machine that says what a test wants it to. */
final class ChatServer implements AutoCloseable {
  private final HttpServer server;
  private volatile int status = 200;
  private volatile String body = "";
  private volatile String asked = "";

  ChatServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/chat/completions", this::handle);
    server.start();
  }

  ChatModel model() {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
    return ChatModel.of(new EmbedConfig(null, "sk-secret", url, "unused", "gpt-test"))
        .orElseThrow();
  }

  /** From now on this is the summary. */
  void say(String summary) {
    var answer = Json.mapper().createObjectNode();
    answer.putArray("choices").addObject().putObject("message").put("content", summary);
    body = answer.toString();
    status = 200;
  }

  /** From now on this is the status, without a body. */
  void answer(int code) {
    body = "";
    status = code;
  }

  /** The last request. */
  String asked() {
    return asked;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      asked = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
