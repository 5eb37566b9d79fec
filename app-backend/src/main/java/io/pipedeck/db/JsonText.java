package io.pipedeck.db;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pipedeck.api.Json;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value on its way into a jsonb column; bound where the statement says {@code ?::jsonb}.
 *
 * @param value JSON text as the mapper writes it
 */
public record JsonText(String value) {

  /** The value as JSON, null for null. */
  public static @Nullable JsonText of(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    try {
      return new JsonText(Json.mapper().writeValueAsString(value));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not to be written as JSON: " + value.getClass(), e);
    }
  }

  /** What {@link Row} read from a jsonb column, null for null. */
  public static @Nullable JsonNode read(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return Json.mapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the database holds broken JSON", e);
    }
  }

  /**
   * The text without the escape of U+0000, which jsonb refuses; an escaped backslash before "u0000"
   * stays.
   */
  String storable() {
    if (!value.contains("\\u0000")) {
      return StoredText.clean(value);
    }
    var out = new StringBuilder(value.length());
    int i = 0;
    while (i < value.length()) {
      if (value.startsWith("\\u0000", i)) {
        i += 6;
      } else if (value.charAt(i) == '\\') {
        out.append(value, i, i + 2);
        i += 2;
      } else {
        out.append(value.charAt(i));
        i++;
      }
    }
    return StoredText.clean(out.toString());
  }
}
