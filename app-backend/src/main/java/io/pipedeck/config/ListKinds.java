package io.pipedeck.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kinds of values that are durations or lists. */
final class ListKinds {
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|min|h|d)?");
  private static final Pattern QUEUE = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern FUNCTION =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*");
  private static final Pattern OCR_LANGUAGE = Pattern.compile("[A-Za-z][A-Za-z0-9_/]{1,40}");
  private static final int LONGEST_LIST = 20;

  private ListKinds() {}

  static Kind<Duration> duration(Duration min, Duration max) {
    String right = "from " + text(min) + " to " + text(max) + "; units are ms, s, m, h, d";
    return new Kind<>("duration", "s", right, text -> durationWithin(text, min, max));
  }

  /** Pauses one after the other; {@code none} for no pause at all. */
  static Kind<List<Duration>> durations(Duration min, Duration max) {
    String right =
        "up to %d durations from %s to %s with commas between them, or none"
            .formatted(LONGEST_LIST, text(min), text(max));
    return new Kind<>(
        "durations",
        "s",
        right,
        text ->
            text.equals("none")
                ? List.of()
                : parts(text).stream().map(part -> durationWithin(part, min, max)).toList());
  }

  /** The queues that are served, the most urgent first. */
  static Kind<List<String>> queues() {
    return new Kind<>(
        "queue names",
        "",
        "queue names of a-z, 0-9 and - with commas between them, the most urgent first",
        text -> {
          List<String> names = new ArrayList<>();
          for (String part : parts(text)) {
            String name = queueName(part);
            if (names.contains(name)) {
              throw new IllegalArgumentException("names " + name + " twice");
            }
            names.add(name);
          }
          return List.copyOf(names);
        });
  }

  /** Some queues, or none. */
  static Kind<List<String>> queuesOrNone() {
    return orNone(
        "queue names",
        "queue names of a-z, 0-9 and - with commas between them, or none",
        ListKinds::queueName);
  }

  /** Dotted names of functions, or none. */
  static Kind<List<String>> functionNames() {
    return orNone(
        "function names",
        "dotted names of Python functions with commas between them, or none",
        name -> {
          if (!FUNCTION.matcher(name).matches()) {
            throw new IllegalArgumentException("has a name that is no function's");
          }
          return name;
        });
  }

  /** Languages as Tesseract calls them, or none. */
  static Kind<List<String>> ocrLanguages() {
    return orNone(
        "languages",
        "languages as Tesseract calls them, such as eng, with commas between them, or none",
        name -> {
          if (!OCR_LANGUAGE.matcher(name).matches()) {
            throw new IllegalArgumentException("has a name that is no language's");
          }
          return name;
        });
  }

  /** Folders, or none; relative ones are for the reader of the setting to resolve. */
  static Kind<List<Path>> folders() {
    return orNone(
        "paths",
        "folders with commas between them, or none",
        text -> {
          try {
            return Path.of(text);
          } catch (InvalidPathException e) {
            throw new IllegalArgumentException("is not a path: " + e.getReason(), e);
          }
        });
  }

  private static <T> Kind<List<T>> orNone(String name, String right, Function<String, T> part) {
    return new Kind<>(
        name,
        "",
        right,
        text ->
            text.equals("none") ? List.of() : parts(text).stream().map(part).distinct().toList());
  }

  /** A duration for each named queue. */
  static Kind<Map<String, Duration>> durationByQueue(Duration min, Duration max) {
    String right =
        "queue=duration with commas between them, each from %s to %s"
            .formatted(text(min), text(max));
    return new Kind<>(
        "durations by queue",
        "s",
        right,
        text -> {
          Map<String, Duration> durations = new LinkedHashMap<>();
          for (String part : parts(text)) {
            int equals = part.indexOf('=');
            if (equals < 0) {
              throw new IllegalArgumentException("has a part without =");
            }
            String queue = queueName(part.substring(0, equals).strip());
            Duration value = durationWithin(part.substring(equals + 1).strip(), min, max);
            if (durations.put(queue, value) != null) {
              throw new IllegalArgumentException("names " + queue + " twice");
            }
          }
          return Map.copyOf(durations);
        });
  }

  /** A number for each named realm. */
  static Kind<Map<String, Integer>> numberByRealm(int min, int max) {
    String right = "realm=number with commas between them, each from %d to %d".formatted(min, max);
    return new Kind<>(
        "numbers by realm",
        "",
        right,
        text -> {
          Map<String, Integer> numbers = new LinkedHashMap<>();
          for (String part : parts(text)) {
            int equals = part.lastIndexOf('=');
            if (equals < 1) {
              throw new IllegalArgumentException("has a part without a realm and =");
            }
            String realm = part.substring(0, equals).strip();
            String number = part.substring(equals + 1).strip();
            if (!number.matches("\\d{1,9}")) {
              throw new IllegalArgumentException("has a part that doesn't end in a whole number");
            }
            int value = Integer.parseInt(number);
            if (value < min || value > max) {
              throw new IllegalArgumentException("has a number that is out of range");
            }
            if (numbers.put(realm, value) != null) {
              throw new IllegalArgumentException("names a realm twice");
            }
          }
          return Map.copyOf(numbers);
        });
  }

  private static Duration durationWithin(String text, Duration min, Duration max) {
    Duration duration = durationOf(text);
    if (duration.compareTo(min) < 0 || duration.compareTo(max) > 0) {
      throw new IllegalArgumentException("is out of range");
    }
    return duration;
  }

  private static Duration durationOf(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("is not a duration like 30s, 10m or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    return switch (unit == null ? "s" : unit) {
      case "ms" -> Duration.ofMillis(number);
      case "m", "min" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofSeconds(number);
    };
  }

  private static String queueName(String name) {
    if (!QUEUE.matcher(name).matches()) {
      throw new IllegalArgumentException("has a name that is no queue's");
    }
    return name;
  }

  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      if (part.isBlank()) {
        throw new IllegalArgumentException("has an empty part");
      }
      parts.add(part.strip());
    }
    if (parts.size() > LONGEST_LIST) {
      throw new IllegalArgumentException("has more than " + LONGEST_LIST + " parts");
    }
    return parts;
  }

  private static String text(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.toMillisPart() > 0) {
      return duration.toMillis() + "ms";
    }
    if (duration.toSecondsPart() > 0) {
      return duration.toSeconds() + "s";
    }
    return duration.toMinutesPart() > 0 ? duration.toMinutes() + "m" : duration.toHours() + "h";
  }
}
