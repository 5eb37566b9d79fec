package io.pipedeck.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.pipedeck.api.HeaderText;
import io.pipedeck.api.JobStatus;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the parameters of a request; a wrong one is a 422 that names it. */
final class Parameters {
  private static final HeaderName REALM = HeaderNames.create("X-Realm");
  private static final int LONGEST_NAME = 200;

  private Parameters() {}

  /** The realm that the request is for, null for none. */
  static @Nullable String realm(ServerRequest request) {
    return header(request, REALM);
  }

  /** A name in a header, null where it is missing or empty. */
  static @Nullable String header(ServerRequest request, HeaderName header) {
    String value =
        request.headers().first(header).map(HeaderText::decode).map(String::strip).orElse("");
    boolean tooLong = value.codePointCount(0, value.length()) > LONGEST_NAME;
    if (tooLong || value.codePoints().anyMatch(Character::isISOControl)) {
      throw RequestException.invalid(
          header.defaultCase(),
          "must be at most " + LONGEST_NAME + " characters, none of them a control character");
    }
    return value.isEmpty() ? null : value;
  }

  /** A query parameter, null where it is missing or empty. */
  static @Nullable String query(ServerRequest request, String name) {
    return request.query().first(name).filter(value -> !value.isBlank()).orElse(null);
  }

  /** A whole number; above {@code max} it is cut to it, below {@code min} it is wrong. */
  static int number(ServerRequest request, String name, int otherwise, int min, int max) {
    String value = query(request, name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min) {
        return (int) Math.min(number, max);
      }
    } catch (NumberFormatException _) {
      // Said below, as for a number that is too small.
    }
    throw RequestException.invalid(
        name, "must be a whole number from " + min + " to " + max + ", not " + value);
  }

  static @Nullable JobStatus status(ServerRequest request) {
    String value = query(request, "status");
    if (value == null) {
      return null;
    }
    return JobStatus.find(value)
        .orElseThrow(
            () ->
                RequestException.invalid(
                    "status",
                    "must be queued, scheduled, running, finished, failed or canceled, not "
                        + value));
  }

  /** The path's id; what is no id is the id of no job. */
  static UUID jobId(ServerRequest request) {
    String id = request.path().pathParameters().get("id");
    try {
      if (id.length() == 36) {
        return UUID.fromString(id);
      }
    } catch (IllegalArgumentException _) {
      // Said below.
    }
    throw new RequestException(
        404,
        "not_found",
        "There is no job " + id + ": it was deleted or never existed.",
        List.of());
  }
}
