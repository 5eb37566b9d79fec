package io.pipedeck.job;

import io.pipedeck.api.JobView;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where a page of a list ended: the sort key of its last row. Opaque to callers.
 *
 * @param createdAt null for a row of another program that says so; such rows come first
 */
public record Cursor(@Nullable Instant createdAt, UUID id) {
  private static final String NO_TIME = "-";

  /** Where a page ends whose last row is this job. */
  public static Cursor after(JobView job) {
    return new Cursor(job.createdAt(), job.id());
  }

  /** As {@link #parse} takes it. */
  public String text() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(
            ((createdAt == null ? NO_TIME : createdAt) + " " + id)
                .getBytes(StandardCharsets.UTF_8));
  }

  /** The cursor of a text that {@link JobView} lists gave, empty for any other text. */
  public static Optional<Cursor> parse(String text) {
    try {
      String[] parts =
          new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
      if (parts.length != 2) {
        return Optional.empty();
      }
      Instant createdAt = parts[0].equals(NO_TIME) ? null : Instant.parse(parts[0]);
      boolean tooFar = createdAt != null && createdAt.atOffset(ZoneOffset.UTC).getYear() > 9_999;
      return tooFar
          ? Optional.empty()
          : Optional.of(new Cursor(createdAt, UUID.fromString(parts[1])));
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }
}
