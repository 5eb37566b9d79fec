package io.pipedeck.config;

import io.pipedeck.api.AppException;
import java.util.List;
import java.util.stream.Collectors;

/** The configuration can't be used. Carries every mistake at once, none with a secret in it. */
public final class ConfigException extends AppException {
  private final transient List<Mistake> mistakes;

  ConfigException(List<Mistake> mistakes) {
    super(
        mistakes.stream()
            .map(mistake -> "\n  " + mistake)
            .collect(Collectors.joining("", heading(mistakes.size()), "")),
        null);
    this.mistakes = List.copyOf(mistakes);
  }

  /** What is wrong, in the order of {@code docs/configuration.md}. Never empty. */
  public List<Mistake> mistakes() {
    return mistakes;
  }

  private static String heading(int count) {
    return count == 1
        ? "1 mistake in the configuration:"
        : count + " mistakes in the configuration:";
  }

  /**
   * One mistake.
   *
   * @param setting its key, or the name that stands in its place
   * @param source where it was said: {@code environment variable PORT}
   * @param wrong what is wrong; without the value where it is secret
   * @param right what would be right
   */
  public record Mistake(String setting, String source, String wrong, String right) {
    /** {@code port (environment variable PORT): "x" is not a whole number. Right is: …}. */
    @Override
    public String toString() {
      return setting + " (" + source + "): " + wrong + ". Right is: " + right;
    }
  }
}
