package io.pipedeck.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.pipedeck.api.JobView;
import io.pipedeck.api.Problem;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.document.DocumentStoreException;
import io.pipedeck.job.DuplicateException;
import io.pipedeck.job.JobConflictException;
import io.pipedeck.job.JobNotFoundException;
import io.pipedeck.job.JobViews;
import io.pipedeck.job.QueueUnavailableException;
import io.pipedeck.search.SearchUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns failures into problem documents (RFC 9457). No stack trace, SQL, path or host name goes
 * out.
 */
final class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);
  static final String MEDIA_TYPE = "application/problem+json";
  private static final String RETRY_AFTER_SECONDS = "5";
  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(400, "Bad request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not found"),
          Map.entry(405, "Method not allowed"),
          Map.entry(409, "Conflict"),
          Map.entry(411, "Length required"),
          Map.entry(413, "Too large"),
          Map.entry(414, "Address too long"),
          Map.entry(415, "Unsupported media type"),
          Map.entry(422, "Invalid parameter"),
          Map.entry(500, "Internal error"),
          Map.entry(503, "Unavailable"),
          Map.entry(505, "Version not supported"));

  private Problems() {}

  /** Answers with the problem that the failure is. */
  static void handle(ServerRequest request, ServerResponse response, Throwable failure) {
    Problem problem = problemOf(failure);
    if (problem.status() >= 500) {
      log(request, problem, failure);
    }
    send(request, response, problem);
  }

  private static void log(ServerRequest request, Problem problem, Throwable failure) {
    String call = request.prologue().method() + " " + request.path().path();
    if (problem.status() == 503) {
      LOG.warn("{} answered 503, request {}: {}", call, problem.requestId(), failure.getMessage());
    } else {
      LOG.error("{} failed, request {}", call, problem.requestId(), failure);
    }
  }

  static void send(ServerRequest request, ServerResponse response, Problem problem) {
    switch (problem.status()) {
      case 503 -> response.header(HeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
      case 401 -> response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer realm=\"pipedeck\"");
      default -> {
        // No header of its own.
      }
    }
    if (!request.content().consumed()) {
      // What is left of the body is not waited for: the connection can't be used again.
      response.header(HeaderNames.CONNECTION, "close");
    }
    Answers.send(request, response, problem.status(), MEDIA_TYPE, problem);
  }

  static Problem problem(int status, String code, String detail) {
    return problem(status, code, detail, null, null);
  }

  private static Problem problem(
      int status,
      String code,
      String detail,
      @Nullable List<Problem.FieldError> errors,
      @Nullable JobView job) {
    String title = TITLES.getOrDefault(status, "HTTP " + status);
    return new Problem(
        "about:blank", title, status, code, detail, UUID.randomUUID().toString(), errors, job);
  }

  private static Problem problemOf(Throwable failure) {
    return switch (failure) {
      case RequestException e ->
          problem(e.status(), e.code(), message(e), e.errors().isEmpty() ? null : e.errors(), null);
      case JobNotFoundException e -> problem(404, "not_found", message(e));
      case JobConflictException e ->
          problem(409, "conflict", message(e), null, JobViews.view(e.current(), null, null));
      case DuplicateException e ->
          problem(409, "conflict", message(e), null, JobViews.view(e.earlier(), null, null));
      case DocumentStoreException e ->
          switch (e.reason()) {
            case TOO_LARGE -> problem(413, "too_large", message(e));
            case UNAVAILABLE -> problem(503, "unavailable", message(e));
          };
      case DatabaseException e when e.unavailable() ->
          problem(
              503,
              "unavailable",
              "PostgreSQL can't be reached now. Nothing was changed; try again in a few seconds.");
      case QueueUnavailableException _ ->
          problem(503, "unavailable", "Redis can't be reached now. Try again in a few seconds.");
      case SearchUnavailableException e -> problem(503, "unavailable", message(e));
      case IOException _ ->
          problem(
              400, "bad_request", "The upload broke off or is no valid form; nothing was kept.");
      case UncheckedIOException _ ->
          problem(400, "bad_request", "The upload broke off; nothing was kept.");
      case HttpException e ->
          problem(e.status().code(), codeOf(e.status().code()), e.status().reasonPhrase());
      default ->
          problem(
              500,
              "internal_error",
              "The call failed for a reason that is Pipedeck's fault. Its log has more under this request id.");
    };
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? "" : message;
  }

  static String codeOf(int status) {
    return switch (status) {
      case 401 -> "unauthorized";
      case 403 -> "forbidden";
      case 404 -> "not_found";
      case 405 -> "method_not_allowed";
      case 409 -> "conflict";
      case 411, 413 -> "too_large";
      case 415 -> "unsupported_media_type";
      case 422 -> "invalid_parameter";
      case 503 -> "unavailable";
      case 505 -> "bad_request";
      default -> status < 500 ? "bad_request" : "internal_error";
    };
  }
}
