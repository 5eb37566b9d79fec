package io.pipedeck.ui.task;

import io.pipedeck.api.ApiException;
import io.pipedeck.api.Problem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;

/** Turns whatever ended some work into the form in which the console shows failures. */
public final class Problems {
  /** Code of a failure on this computer: a file that can't be read, say. */
  public static final String LOCAL = "local_file";

  /** Code of a mistake in the console itself. */
  public static final String BUG = "console_error";

  private Problems() {}

  /** The problem behind an exception. */
  public static Problem of(Throwable error) {
    return switch (error) {
      case CompletionException wrapped when wrapped.getCause() != null -> of(wrapped.getCause());
      case ApiException said -> said.problem();
      case UncheckedIOException io -> local(LOCAL, reason(io));
      case IOException io -> local(LOCAL, reason(io));
      default -> local(BUG, trace(error));
    };
  }

  /** A problem found on this side of the line. */
  public static Problem local(String code, String detail) {
    return new Problem("about:blank", code, 0, code, detail, null, null, null);
  }

  private static String reason(Throwable error) {
    String message = error.getMessage();
    return message == null ? error.getClass().getSimpleName() : message;
  }

  private static String trace(Throwable error) {
    var text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
