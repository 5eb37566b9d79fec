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
  private final Map<String, JobFunction> functions = new ConcurrentSkipListMap<>();

  /**
   * Adds a function.
   *
   * @throws IllegalArgumentException if the name is blank or taken
   */
  public void register(String name, JobFunction function) {
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
    Map<String, JobFunction> found = new TreeMap<>();
    for (Method method : holder.getClass().getDeclaredMethods()) {
      TrackPipelineJob mark = method.getAnnotation(TrackPipelineJob.class);
      if (mark != null) {
        refuseTaken(mark.value(), found);
        found.put(mark.value(), functionOf(holder, method));
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          holder.getClass().getName() + " has no @TrackPipelineJob method");
    }
    found.forEach(this::register);
  }

  private void refuseTaken(String name, Map<String, JobFunction> found) {
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
    return name == null ? Optional.empty() : Optional.ofNullable(functions.get(name));
  }

  /** The names that are known. */
  public Set<String> names() {
    return Set.copyOf(functions.keySet());
  }
}
