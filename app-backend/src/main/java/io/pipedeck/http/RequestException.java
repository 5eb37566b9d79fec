package io.pipedeck.http;

import io.pipedeck.api.AppException;
import io.pipedeck.api.Problem.FieldError;
import java.util.List;

/** The caller asked for something that can't be: says what and answers with its status. */
final class RequestException extends AppException {
  private final int status;
  private final String code;
  private final transient List<FieldError> errors;

  RequestException(int status, String code, String detail, List<FieldError> errors) {
    super(detail, null);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }

  /** 400. */
  static RequestException badRequest(String detail) {
    return new RequestException(400, "bad_request", detail, List.of());
  }

  /** 422, naming the parameter. */
  static RequestException invalid(String field, String detail) {
    return new RequestException(
        422, "invalid_parameter", field + ": " + detail, List.of(new FieldError(field, detail)));
  }

  int status() {
    return status;
  }

  String code() {
    return code;
  }

  List<FieldError> errors() {
    return errors;
  }
}
