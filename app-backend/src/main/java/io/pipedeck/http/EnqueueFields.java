package io.pipedeck.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import io.pipedeck.api.OnDuplicate;
import io.pipedeck.document.DocumentOptions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The optional fields of an enqueue, checked; a wrong one is a 422 that names it.
 *
 * @param queue as asked, null for {@code auto}
 * @param runAt null for at once
 * @param maxAttempts null for the configured number
 * @param password of the document
 */
record EnqueueFields(
    @Nullable String queue,
    @Nullable UUID batchId,
    @Nullable Instant runAt,
    @Nullable Integer maxAttempts,
    @Nullable JsonNode options,
    @Nullable String password,
    OnDuplicate onDuplicate) {

  /** Without the password. */
  @Override
  public String toString() {
    return "EnqueueFields[queue=" + queue + ", batchId=" + batchId + ", runAt=" + runAt + "]";
  }

  static EnqueueFields of(UploadForm form) {
    return new EnqueueFields(
        form.field("queue"),
        uuid(form.field("batch_id")),
        instant(form.field("run_at")),
        maxAttempts(form.field("max_attempts")),
        options(form.field("options")),
        FormFields.password(form.fields().get(FormFields.PASSWORD)),
        onDuplicate(form.field("on_duplicate")));
  }

  private static @Nullable UUID uuid(@Nullable String value) {
    try {
      return value == null ? null : UUID.fromString(value);
    } catch (IllegalArgumentException _) {
      throw RequestException.invalid("batch_id", "must be a UUID, not " + value);
    }
  }

  private static @Nullable Instant instant(@Nullable String value) {
    try {
      return value == null ? null : OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeException _) {
      throw RequestException.invalid(
          "run_at", "must be a time such as 2026-01-31T08:00:00Z, not " + value);
    }
  }

  private static @Nullable Integer maxAttempts(@Nullable String value) {
    if (value == null) {
      return null;
    }
    if (!value.matches("[1-9]\\d?|100")) {
      throw RequestException.invalid(
          "max_attempts", "must be a whole number from 1 to 100, not " + value);
    }
    return Integer.valueOf(value);
  }

  private static @Nullable JsonNode options(@Nullable String json) {
    if (json == null) {
      return null;
    }
    try {
      JsonNode options = Json.mapper().readTree(json);
      DocumentOptions.of(options);
      return options;
    } catch (JsonProcessingException _) {
      throw RequestException.invalid("options", "must be a JSON object");
    } catch (IllegalArgumentException e) {
      throw RequestException.invalid(
          "options", e.getMessage() == null ? "are wrong" : e.getMessage());
    }
  }

  private static OnDuplicate onDuplicate(@Nullable String value) {
    if (value == null) {
      return OnDuplicate.AGAIN;
    }
    return OnDuplicate.find(value)
        .orElseThrow(
            () ->
                RequestException.invalid(
                    "on_duplicate", "must be again, reuse or refuse, not " + value));
  }
}
