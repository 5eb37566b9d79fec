package io.pipedeck.parse;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * The log of the PDF library in a parser process. It is the only place where the library tells that
 * it skipped something damaged on a page, so the errors are counted; nothing is written.
 */
public final class DamageLog implements Log {
  private static final AtomicInteger ERRORS = new AtomicInteger();

  /** Called by the logging library. */
  public DamageLog(String name) {}

  /** How many errors there have been in this process. */
  static int errors() {
    return ERRORS.get();
  }

  @Override
  public void error(@Nullable Object message) {
    ERRORS.incrementAndGet();
  }

  @Override
  public void error(@Nullable Object message, @Nullable Throwable failure) {
    ERRORS.incrementAndGet();
  }

  @Override
  public void fatal(@Nullable Object message) {
    ERRORS.incrementAndGet();
  }

  @Override
  public void fatal(@Nullable Object message, @Nullable Throwable failure) {
    ERRORS.incrementAndGet();
  }

  @Override
  public boolean isErrorEnabled() {
    return true;
  }

  @Override
  public boolean isFatalEnabled() {
    return true;
  }

  @Override
  public void warn(@Nullable Object message) {}

  @Override
  public void warn(@Nullable Object message, @Nullable Throwable failure) {}

  @Override
  public void info(@Nullable Object message) {}

  @Override
  public void info(@Nullable Object message, @Nullable Throwable failure) {}

  @Override
  public void debug(@Nullable Object message) {}

  @Override
  public void debug(@Nullable Object message, @Nullable Throwable failure) {}

  @Override
  public void trace(@Nullable Object message) {}

  @Override
  public void trace(@Nullable Object message, @Nullable Throwable failure) {}

  @Override
  public boolean isWarnEnabled() {
    return false;
  }

  @Override
  public boolean isInfoEnabled() {
    return false;
  }

  @Override
  public boolean isDebugEnabled() {
    return false;
  }

  @Override
  public boolean isTraceEnabled() {
    return false;
  }
}
