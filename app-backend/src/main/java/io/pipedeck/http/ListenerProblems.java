package io.pipedeck.http;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;

/** Problem documents for what the listener itself refuses, before any route is asked. */
final class ListenerProblems {
  private final long maxUploadBytes;

  ListenerProblems(long maxUploadBytes) {
    this.maxUploadBytes = maxUploadBytes;
  }

  void addTo(DirectHandlers.Builder handlers) {
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(type, this::answer);
    }
  }

  private DirectHandler.TransportResponse answer(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType type,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    int code = status.code();
    return DirectHandler.TransportResponse.builder()
        .status(status)
        .headers(headers)
        .header(HeaderNames.CONTENT_TYPE, Problems.MEDIA_TYPE)
        .header(HeaderNames.CACHE_CONTROL, "no-store")
        .header(HeaderNames.create("X-Content-Type-Options"), "nosniff")
        .keepAlive(false)
        .entity(Answers.bytes(Problems.problem(code, Problems.codeOf(code), detail(code))))
        .build();
  }

  private String detail(int status) {
    return switch (status) {
      case 413 -> UploadForm.tooLarge(maxUploadBytes);
      case 414 -> "The address asked for is longer than is taken.";
      case 505 -> "Only HTTP/1.1 is spoken here.";
      default ->
          status < 500
              ? "The request is not well-formed HTTP."
              : "The call failed for a reason that is Pipedeck's fault.";
    };
  }
}
