package io.pipedeck.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a call failed, as {@code application/problem+json} (RFC 9457).
 *
 * @param code stable, for programs: {@code bad_request}, {@code not_found}, {@code too_large} …
 * @param detail what was wrong and what to do, for people
 * @param requestId finds the call in the backend's log
 * @param errors field by field, where fields were wrong
 * @param job the job as it is now, with {@code conflict}
 */
public record Problem(
    String type,
    String title,
    int status,
    String code,
    String detail,
    @Nullable String requestId,
    @Nullable List<FieldError> errors,
    @Nullable JobView job) {

  /** What is wrong with one field of a request. */
  public record FieldError(String field, String detail) {}
}
