package io.pipedeck.queue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One thing that Redis is to show of a job, by the script {@code <kind>.lua}.
 *
 * @param values as that script numbers them; the first is the job's id
 */
record Change(Kind kind, List<byte[]> values) {

  /** The scripts. */
  enum Kind {
    PUSH,
    START,
    FINISH,
    HIDE,
    FAIL,
    SCHEDULE,
    GIVE_BACK,
    CANCEL,
    DROP,
    CLEAR,
    RQ_START,
    RQ_FINISH,
    RQ_FAIL,
    RQ_PUSH,
    RQ_CANCEL;

    /** As the script calls it. */
    String scriptName() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Where the script says whether it must also do what a start would have done; -1 for none. */
    int startNotShownAt() {
      return switch (this) {
        case FINISH, FAIL -> 9;
        case HIDE, SCHEDULE -> 5;
        case PUSH, START, GIVE_BACK, CANCEL, DROP, CLEAR -> -1;
        // Each does all that there is to do, whatever was shown before.
        case RQ_START, RQ_FINISH, RQ_FAIL, RQ_PUSH, RQ_CANCEL -> -1;
      };
    }
  }

  /**
   * Whether this is the end of the attempt that began with a start of the same job, and tells all
   * that the start would have told. A start past the queue takes the id out of its list too.
   */
  boolean makesNeedless(Change start) {
    boolean popped = "0".equals(text(start.values.get(6)));
    // A worker that was lost can't say its name itself; the start did.
    boolean named = kind != Kind.FAIL || values.get(4).length > 0;
    return popped && named && rev() > start.rev();
  }

  private long rev() {
    int at =
        switch (kind) {
          case START -> 5;
          case FINISH, FAIL -> 7;
          case HIDE -> 3;
          case SCHEDULE -> 4;
          case PUSH,
              GIVE_BACK,
              CANCEL,
              DROP,
              CLEAR,
              RQ_START,
              RQ_FINISH,
              RQ_FAIL,
              RQ_PUSH,
              RQ_CANCEL ->
              throw new IllegalStateException("not asked for");
        };
    return Long.parseLong(text(values.get(at)));
  }

  /** Whether {@code apply.lua} may get both in one run. */
  boolean isLike(Change other) {
    return kind == other.kind && values.size() == other.values.size();
  }

  /** What stands in front of a run of so many like this one. */
  List<byte[]> heading(int changes) {
    return bytes(kind.scriptName(), values.size(), changes);
  }

  static Change of(Kind kind, Object... values) {
    return new Change(kind, bytes(values));
  }

  String jobId() {
    return text(values.getFirst());
  }

  private static String text(byte[] value) {
    return new String(value, StandardCharsets.UTF_8);
  }

  /** The same, of a job whose start was left out because its end followed at once. */
  Change withoutStart() {
    List<byte[]> changed = new ArrayList<>(values);
    changed.set(kind.startNotShownAt(), bytes("1").getFirst());
    return new Change(kind, changed);
  }

  static List<byte[]> bytes(Object... values) {
    List<byte[]> bytes = new ArrayList<>(values.length);
    for (Object value : values) {
      bytes.add(
          value instanceof byte[] raw ? raw : value.toString().getBytes(StandardCharsets.UTF_8));
    }
    return bytes;
  }
}
