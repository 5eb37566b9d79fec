package io.pipedeck.ui.contract;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The parts of an upload that tests look at. */
record Multipart(String filename, long bytes, String queue) {
  private static final Pattern QUEUE =
      Pattern.compile("name=\"queue\"\r\n\r\n(.*?)\r\n--", Pattern.DOTALL);
  private static final Pattern FILE =
      Pattern.compile("name=\"file\"; filename=\"(.*?)\".*?\r\n\r\n(.*)\r\n--", Pattern.DOTALL);

  static Multipart read(HttpExchange exchange) throws IOException {
    // Latin-1 keeps every byte as one character, so lengths are right for any content.
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1);
    Matcher file = FILE.matcher(body);
    Matcher queue = QUEUE.matcher(body);
    if (!file.find()) {
      throw new IOException("There is no file in the upload");
    }
    String name =
        new String(file.group(1).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return new Multipart(
        name.replace("%22", "\""), file.group(2).length(), queue.find() ? queue.group(1) : "auto");
  }
}
