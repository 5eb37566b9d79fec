package io.pipedeck.rq;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipedeck.api.Json;
import io.pipedeck.job.Adopted;
import io.pipedeck.job.AdoptedJobs;
import io.pipedeck.queue.RqCall;
import io.pipedeck.queue.RqHash;
import io.pipedeck.queue.RqJobs.Place;
import io.pipedeck.worker.JobFunctions;
import io.pipedeck.worker.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Turns the call of a Python program into a job to adopt, or into the reason why it can't be one,
 * in words that its people know from Python and RQ.
 */
final class CallReader {
  /** More belongs into a document. */
  private static final int MOST_PAYLOAD_BYTES = 1 << 20;

  private static final long LONGEST_SECONDS = Duration.ofDays(2).toSeconds();

  private final JobFunctions functions;
  private final Builtin builtin;

  /**
   * The built-in function for documents.
   *
   * @param name under which it is registered
   * @param aliases names under which Python programs call it
   * @param pathParameter the parameter that says where the document is
   */
  record Builtin(String name, Set<String> aliases, String pathParameter) {
    Builtin {
      aliases = Set.copyOf(aliases);
    }
  }

  /** What a call is. */
  sealed interface Reading {
    /** A job that we can run. */
    record Runs(AdoptedJobs.Call call) implements Reading {}

    /**
     * Nothing that we can run.
     *
     * @param text the last line is the error as Python would say it
     */
    record Refused(String text) implements Reading {}
  }

  CallReader(JobFunctions functions, Builtin builtin) {
    this.functions = functions;
    this.builtin = builtin;
  }

  /** Reads a job that was popped. */
  Reading read(Place place, RqHash hash) {
    return switch (hash.call()) {
      case RqCall.Call call -> call(place, hash, call);
      case RqCall.Pickled(int protocol) ->
          new Reading.Refused(
              "The job's data is a Python pickle (protocol "
                  + protocol
                  + "), which the Java worker does not read.\n"
                  + otherwise(place)
                  + "rq.exceptions.DeserializationError: pickled job data");
      case RqCall.UnknownSerializer() ->
          new Reading.Refused(
              "The job's data was written by a serializer that the Java worker does not know.\n"
                  + otherwise(place)
                  + "rq.exceptions.DeserializationError: unknown serializer");
      case RqCall.Malformed(String why) ->
          new Reading.Refused(
              "The job's data is no call: "
                  + why
                  + ".\nrq.exceptions.DeserializationError: malformed job data");
    };
  }

  private static String otherwise(Place place) {
    return "Enqueue with serializer=rq.serializers.JSONSerializer, or run a Python worker for this queue and requeue:"
        + " rq requeue --queue "
        + place.queue()
        + " "
        + place.id()
        + "\n";
  }

  private Reading call(Place place, RqHash hash, RqCall.Call call) {
    Optional<String> function = function(call.function());
    if (function.isEmpty()) {
      return new Reading.Refused(
          "No such function is known here; known are "
              + String.join(", ", known())
              + ".\nValueError: Invalid attribute name: "
              + call.function());
    }
    try {
      return bound(place, hash, call, function.get());
    } catch (Signature.Misfit e) {
      return new Reading.Refused(String.valueOf(e.getMessage()));
    }
  }

  private Optional<String> function(String called) {
    if (builtin.aliases().contains(called)) {
      return Optional.of(builtin.name()).filter(functions::has);
    }
    return Optional.of(called).filter(name -> !name.equals(builtin.name()) && functions.has(name));
  }

  private Set<String> known() {
    Set<String> names = new TreeSet<>(functions.names());
    names.remove(builtin.name());
    if (functions.has(builtin.name())) {
      names.addAll(builtin.aliases());
    }
    return names;
  }

  private Reading bound(Place place, RqHash hash, RqCall.Call call, String function)
      throws Signature.Misfit {
    Optional<Signature> signature = functions.signature(function);
    ObjectNode payload = Json.mapper().createObjectNode();
    List<String> names = null;
    if (signature.isPresent()) {
      String lastName = call.function().substring(call.function().lastIndexOf('.') + 1);
      Map<String, JsonNode> bound = signature.get().bind(lastName, call.args(), call.kwargs());
      payload.setAll(bound);
      names = new ArrayList<>(bound.keySet());
    } else {
      payload.putArray("args").addAll(call.args());
      payload.putObject("kwargs").setAll(call.kwargs());
    }
    JsonNode arguments = signature.isPresent() ? payload.deepCopy() : payload.path("kwargs");
    if (function.equals(builtin.name())) {
      addFilename(payload);
    }
    new Adopted(place.id(), call.function(), names, hash.retryIntervals()).into(payload);
    if (sizeBytes(payload) > MOST_PAYLOAD_BYTES) {
      return new Reading.Refused(
          "ValueError: the arguments are larger than 1 MiB; put them into a document");
    }
    return new Reading.Runs(
        new AdoptedJobs.Call(
            place.id(),
            uuid(arguments.path("job_id")),
            arguments.path("realm").textValue(),
            place.queue(),
            function,
            payload,
            hash.retriesLeft() + 1,
            timeoutSeconds(hash),
            hash.createdAt()));
  }

  private void addFilename(ObjectNode payload) {
    String path = payload.path(builtin.pathParameter()).textValue();
    if (path != null) {
      payload.put(
          "filename", path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
    }
  }

  private static int sizeBytes(JsonNode payload) {
    return payload.toString().length();
  }

  private static int timeoutSeconds(RqHash hash) {
    Duration timeout = hash.timeout();
    return Math.toIntExact(
        timeout == null ? LONGEST_SECONDS : Math.clamp(timeout.toSeconds(), 1, LONGEST_SECONDS));
  }

  private static @Nullable UUID uuid(JsonNode value) {
    String text = value.textValue();
    if (text == null || text.length() != 36) {
      return null;
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
