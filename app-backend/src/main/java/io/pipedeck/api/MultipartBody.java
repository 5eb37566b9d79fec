package io.pipedeck.api;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.UUID;

/**
 * A {@code multipart/form-data} body (RFC 7578) that streams one file from disk and tells how much
 * has gone out.
 */
record MultipartBody(String contentType, BodyPublisher publisher) {

  static MultipartBody of(Upload upload, UploadProgress progress) {
    String boundary = "pipedeck-" + UUID.randomUUID();
    String password = upload.password();
    byte[] head =
        (field(boundary, "queue", upload.queue())
                + onDuplicate(boundary, upload.onDuplicate())
                + (password == null ? "" : field(boundary, "password", password))
                + ("--" + boundary + "\r\n")
                + ("Content-Disposition: form-data; name=\"file\"; filename=\""
                    + quoted(upload.filename())
                    + "\"\r\n")
                + "Content-Type: application/octet-stream\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
    long size = size(upload);
    var file = BodyPublishers.ofInputStream(() -> new Counting(open(upload), size, progress));
    var parts =
        BodyPublishers.concat(
            BodyPublishers.ofByteArray(head), file, BodyPublishers.ofByteArray(tail));
    return new MultipartBody(
        "multipart/form-data; boundary=" + boundary,
        BodyPublishers.fromPublisher(parts, head.length + size + tail.length));
  }

  private static String onDuplicate(String boundary, OnDuplicate wish) {
    return wish == OnDuplicate.AGAIN ? "" : field(boundary, "on_duplicate", wish.wireName());
  }

  private static String field(String boundary, String name, String value) {
    return "--"
        + boundary
        + "\r\nContent-Disposition: form-data; name=\""
        + name
        + "\"\r\n\r\n"
        + value
        + "\r\n";
  }

  /** As browsers do it (HTML standard, multipart/form-data encoding algorithm). */
  private static String quoted(String name) {
    return name.replace("\r", "%0D").replace("\n", "%0A").replace("\"", "%22");
  }

  private static long size(Upload upload) {
    try {
      return Files.size(upload.file());
    } catch (IOException e) {
      throw PipedeckClient.unreachable(
          "The file " + upload.file() + " can't be read: " + PipedeckClient.reason(e), e);
    }
  }

  private static InputStream open(Upload upload) {
    try {
      return Files.newInputStream(upload.file());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Counting extends FilterInputStream {
    private final long total;
    private final UploadProgress progress;
    private long sent;

    Counting(InputStream in, long total, UploadProgress progress) {
      super(in);
      this.total = total;
      this.progress = progress;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      count(Math.max(n, 0));
      return n;
    }

    private void count(int n) {
      sent += n;
      progress.sent(sent, total);
    }
  }
}
