package io.pipedeck.config;

/**
 * What sort of value a setting takes.
 *
 * @param type a word for the table: {@code whole number}
 * @param unit the unit of a bare number, empty where it has none
 * @param right what is right, in words that follow on "Right is:"; the table's range
 * @param reader from text to value
 */
public record Kind<T>(String type, String unit, String right, Reader<T> reader) {
  /** Reads a value. */
  @FunctionalInterface
  public interface Reader<T> {
    /**
     * The value of a text that is neither blank nor has blanks around it.
     *
     * @throws IllegalArgumentException if it is none; the message says what is wrong in words that
     *     follow on the value, without the value itself
     */
    T read(String text);
  }
}
