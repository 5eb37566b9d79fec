package io.pipedeck.job;

import io.pipedeck.api.JobView;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/** Where a page of a list ended: the sort key of its last row. Opaque to callers. */
public record Cursor(Instant createdAt, UUID id) {

  static Cursor after(JobView job) {
    return new Cursor(job.createdAt() == null ? Instant.EPOCH : job.createdAt(), job.id());
  }

  String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((createdAt + " " + id).getBytes(StandardCharsets.UTF_8));
  }

  /** The cursor of a text that {@link JobView} lists gave, empty for any other text. */
  public static Optional<Cursor> parse(String text) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
      return parts.length == 2
          ? Optional.of(new Cursor(Instant.parse(parts[0]), UUID.fromString(parts[1])))
          : Optional.empty();
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }
}
