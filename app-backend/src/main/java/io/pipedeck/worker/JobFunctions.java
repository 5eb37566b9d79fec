package io.pipedeck.worker;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The job functions by name. A job's name is only ever looked up here, never turned into a class.
 * Thread-safe.
 */
public final class JobFunctions {
  private final Map<String, Known> functions = new ConcurrentSkipListMap<>();

  /** A function and how it is called; no signature takes any arguments. */
  private record Known(JobFunction function, @Nullable Signature signature) {}

  /**
   * Adds a function.
   *
   * @throws IllegalArgumentException if the name is blank or taken
   */
  public void register(String name, JobFunction function) {
    register(name, new Known(function, null));
  }

  /**
   * Adds a function with the parameters that Python programs call it with; the payload holds the
   * arguments by name.
   *
   * @throws IllegalArgumentException if the name is blank or taken
   */
  public void register(String name, Signature signature, JobFunction function) {
    register(name, new Known(function, signature));
  }

  private void register(String name, Known function) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a job function needs a name");
    }
    if (functions.putIfAbsent(name, function) != null) {
      throw taken(name);
    }
  }

  /**
   * Adds every method of the object that {@link TrackPipelineJob} marks.
   *
   * @throws IllegalArgumentException if there is none, one has another shape, or a name is taken;
   *     none is added then
   */
  public void registerAll(Object holder) {
    Map<String, Known> found = new TreeMap<>();
    for (Method method : holder.getClass().getDeclaredMethods()) {
      TrackPipelineJob mark = method.getAnnotation(TrackPipelineJob.class);
      if (mark != null) {
        refuseTaken(mark.value(), found);
        String[] parameters = mark.parameters();
        Signature signature = parameters.length == 0 ? null : Signature.of(parameters);
        found.put(mark.value(), new Known(functionOf(holder, method), signature));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          holder.getClass().getName() + " has no @TrackPipelineJob method");
    }
    found.forEach(this::register);
  }

  private void refuseTaken(String name, Map<String, Known> found) {
    if (functions.containsKey(name) || found.containsKey(name)) {
      throw taken(name);
    }
  }

  private static IllegalArgumentException taken(String name) {
    return new IllegalArgumentException("a job function is called " + name + " already");
  }

  private static JobFunction functionOf(Object holder, Method method) {
    if (method.getParameterCount() != 1 || method.getParameterTypes()[0] != JobContext.class) {
      throw new IllegalArgumentException(method + " must take one JobContext");
    }
    if (!method.trySetAccessible()) {
      throw new IllegalArgumentException(method + " can't be reached");
    }
    return context -> invoke(holder, method, context);
  }

  private static @Nullable Object invoke(Object holder, Method method, JobContext context)
      throws Exception {
    try {
      return method.invoke(holder, context);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case Exception cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  /** The function of this name. */
  Optional<JobFunction> find(@Nullable String name) {
    return known(name).map(Known::function);
  }

  private Optional<Known> known(@Nullable String name) {
    return name == null ? Optional.empty() : Optional.ofNullable(functions.get(name));
  }

  /** Whether there is a function of this name. */
  public boolean has(String name) {
    return functions.containsKey(name);
  }

  /** The parameters of a function; empty for one that takes any arguments. */
  public Optional<Signature> signature(String name) {
    return known(name).map(Known::signature);
  }

  /** The names that are known. */
  public Set<String> names() {
    return Set.copyOf(functions.keySet());
  }
}
