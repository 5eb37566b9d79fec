package io.pipedeck.process;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A {@code multipart/form-data} body, put together by hand so that it can be wrong too. */
final class Form {
  static final String BOUNDARY = "a-boundary";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  String contentType() {
    return "multipart/form-data; boundary=" + BOUNDARY;
  }

  static Form ofFile(String filename, String content) {
    return new Form().file(filename, content.getBytes(StandardCharsets.UTF_8));
  }

  Form field(String name, String value) {
    return text("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n")
        .text("\r\n" + value + "\r\n");
  }

  Form file(String filename, byte[] content) {
    text("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"");
    text(filename + "\"\r\nContent-Type: application/octet-stream\r\n\r\n");
    out.writeBytes(content);
    return text("\r\n");
  }

  /** Bytes as they are. */
  Form text(String raw) {
    out.writeBytes(raw.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** All of it, with its end. */
  byte[] bytes() {
    var whole = new ByteArrayOutputStream();
    whole.writeBytes(out.toByteArray());
    whole.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return whole.toByteArray();
  }

  /** All of it up to where the end should stand. */
  byte[] bytesWithoutEnd() {
    return out.toByteArray();
  }
}
