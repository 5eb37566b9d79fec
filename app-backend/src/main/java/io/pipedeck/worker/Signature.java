package io.pipedeck.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parameters of a job function, so that calls of Python programs can be bound to them by
 * position or by name, as Python does it.
 *
 * @param names in order
 * @param required how many of them, from the first on, must be given
 */
public record Signature(List<String> names, int required) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /**
   * Where the payload of an adopted job keeps what RQ said of it; no parameter may be called so.
   */
  static final String RESERVED = "rq";

  /** A call that doesn't fit; the message is what Python would say. */
  public static final class Misfit extends Exception {
    Misfit(String message) {
      super(message);
    }
  }

  public Signature {
    names = List.copyOf(names);
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!NAME.matcher(name).matches() || name.equals(RESERVED) || !seen.add(name)) {
        throw new IllegalArgumentException("not to be used as a parameter's name: " + name);
      }
    }
    if (required < 0 || required > names.size()) {
      throw new IllegalArgumentException(required + " of " + names + " can't be required");
    }
  }

  /**
   * Parameters by name, those that may be left out with a {@code ?} behind: {@code file_path},
   * {@code job_id?}.
   *
   * @throws IllegalArgumentException if a required one follows one that may be left out
   */
  public static Signature of(String... parameters) {
    List<String> names = new ArrayList<>();
    int required = 0;
    for (String parameter : parameters) {
      boolean optional = parameter.endsWith("?");
      names.add(optional ? parameter.substring(0, parameter.length() - 1) : parameter);
      if (!optional && ++required < names.size()) {
        throw new IllegalArgumentException(parameter + " follows a parameter that may be left out");
      }
    }
    return new Signature(names, required);
  }

  /**
   * The arguments by name, in the order of the parameters; what was left out is missing.
   *
   * @param function its last name, for the message
   */
  public Map<String, JsonNode> bind(
      String function, List<JsonNode> args, Map<String, JsonNode> kwargs) throws Misfit {
    for (String name : kwargs.keySet()) {
      int position = names.indexOf(name);
      if (position < 0) {
        throw misfit(function, "got an unexpected keyword argument '" + name + "'");
      }
      if (position < args.size()) {
        throw misfit(function, "got multiple values for argument '" + name + "'");
      }
    }
    if (args.size() > names.size()) {
      throw misfit(function, tooMany(args.size()));
    }
    Map<String, JsonNode> bound = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      JsonNode value = i < args.size() ? args.get(i) : kwargs.get(names.get(i));
      if (value != null) {
        bound.put(names.get(i), value);
      } else if (i < required) {
        missing.add("'" + names.get(i) + "'");
      }
    }
    if (!missing.isEmpty()) {
      throw misfit(function, missing(missing));
    }
    return bound;
  }

  private static Misfit misfit(String function, String what) {
    return new Misfit("TypeError: " + function + "() " + what);
  }

  private String tooMany(int given) {
    String takes =
        required == names.size() ? "" + required : "from " + required + " to " + names.size();
    return "takes "
        + takes
        + (names.size() == 1 && required == 1
            ? " positional argument but "
            : " positional arguments but ")
        + given
        + (given == 1 ? " was given" : " were given");
  }

  private static String missing(List<String> names) {
    int n = names.size();
    String list =
        switch (n) {
          case 1 -> names.getFirst();
          case 2 -> names.getFirst() + " and " + names.getLast();
          default -> String.join(", ", names.subList(0, n - 1)) + ", and " + names.getLast();
        };
    return "missing " + n + " required positional argument" + (n == 1 ? ": " : "s: ") + list;
  }
}
