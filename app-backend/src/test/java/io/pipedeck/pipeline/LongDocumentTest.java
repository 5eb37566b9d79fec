package io.pipedeck.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pipedeck.api.Json;
import io.pipedeck.parse.TestDocuments;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A document of a thousand pages needs no more memory than a worker has in any case. */
class LongDocumentTest {
  private static final String HEAP = "-Xmx48m";
  private static final int DIMENSIONS = 384;
  private static final Pattern SAID = Pattern.compile("pages (\\d+) chunks (\\d+)");

  @TempDir Path folder;

  @Test
  void aThousandPagesGoThroughASmallHeap() throws Exception {
    Path document = Files.write(folder.resolve("long.pdf"), TestDocuments.pdf(pages(1_000)));
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    HttpServer server = HttpServer.create(loopback, 0);
    server.createContext("/v1/embeddings", LongDocumentTest::vectors);
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v1";
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  HEAP,
                  "-XX:+UseSerialGC",
                  "-cp",
                  System.getProperty("java.class.path"),
                  LongDocument.class.getName(),
                  document.toString(),
                  url)
              .redirectErrorStream(true)
              .start();
      String said = new String(child.getInputStream().readAllBytes(), UTF_8);

      assertThat(child.waitFor()).as(said).isZero();
      Matcher numbers = SAID.matcher(said);
      assertThat(numbers.find()).as(said).isTrue();
      assertThat(Integer.parseInt(numbers.group(1))).isEqualTo(1_000);
      assertThat(Integer.parseInt(numbers.group(2))).isGreaterThanOrEqualTo(3_000);
    } finally {
      server.stop(0);
    }
  }

  /** Full pages, no two the same. */
  private static List<String> pages(int count) {
    List<String> pages = new ArrayList<>();
    for (int page = 0; page < count; page++) {
      var text = new StringBuilder();
      for (int line = 0; line < 30; line++) {
        text.append("On page ").append(page).append(" the ship number ").append(page * 31 + line);
        text.append(" came into the harbour of Wellington with its cargo.\n");
      }
      pages.add(text.toString());
    }
    return pages;
  }

  private static void vectors(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = Json.mapper().readTree(exchange.getRequestBody());
      var answer = Json.mapper().createObjectNode();
      var data = answer.putArray("data");
      for (int i = 0; i < request.get("input").size(); i++) {
        var vector = data.addObject().put("index", i).putArray("embedding");
        for (int n = 0; n < DIMENSIONS; n++) {
          vector.add((n + i) % 10 / 10.0 + 0.1);
        }
      }
      byte[] body = Json.mapper().writeValueAsBytes(answer);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
