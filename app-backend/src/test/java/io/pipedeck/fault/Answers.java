package io.pipedeck.fault;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What clients were told, by the round in which they asked. Thread-safe. */
final class Answers {
  private static final int REMEMBERED_WRONGS = 5;

  private final Map<Integer, Told> rounds = new HashMap<>();
  private final Map<UUID, Integer> owed = new HashMap<>();
  private int round;
  private boolean apiIsVictim;

  /** A request under way. */
  record Question(int round, boolean apiIsVictim, long askedNanos) {
    double millis() {
      return (System.nanoTime() - askedNanos) / 1e6;
    }
  }

  /** The sum of a round. */
  static final class Told {
    int accepted;
    int unavailable;
    int none;
    double slowestMillis;
    final List<String> wrong = new ArrayList<>();
  }

  /**
   * The answers from now on belong to this round.
   *
   * @param victim whether the API process itself is what is broken: silence is no fault then
   */
  synchronized void round(int number, boolean victim) {
    round = number;
    apiIsVictim = victim;
    rounds.putIfAbsent(number, new Told());
  }

  /** The API process is well again. */
  synchronized void apiIsBack() {
    apiIsVictim = false;
  }

  synchronized Question ask() {
    return new Question(round, apiIsVictim, System.nanoTime());
  }

  synchronized void accepted(Question question, UUID id) {
    Told told = timed(question);
    told.accepted++;
    if (owed.putIfAbsent(id, question.round()) != null) {
      wrong(told, "the id " + id + " was given twice");
    }
  }

  synchronized void refused(Question question, int status, boolean retryAfter, String body) {
    Told told = timed(question);
    if (status == 503 && retryAfter) {
      told.unavailable++;
    } else if (!excused(question)) {
      String text = body.length() > 300 ? body.substring(0, 300) : body;
      wrong(told, "answer " + status + (retryAfter ? "" : " without Retry-After") + ": " + text);
    }
  }

  synchronized void none(Question question, Exception e) {
    Told told = told(question);
    told.none++;
    if (!excused(question)) {
      wrong(told, "no answer after %.0f ms: %s".formatted(question.millis(), e));
    }
  }

  private Told told(Question question) {
    return rounds.computeIfAbsent(question.round(), _ -> new Told());
  }

  private Told timed(Question question) {
    Told told = told(question);
    if (!excused(question)) {
      told.slowestMillis = Math.max(told.slowestMillis, question.millis());
    }
    return told;
  }

  /** Asked while the API was the victim, or shortly before it became it. */
  private boolean excused(Question question) {
    return question.apiIsVictim() || apiIsVictim;
  }

  private static void wrong(Told told, String what) {
    if (told.wrong.size() < REMEMBERED_WRONGS) {
      told.wrong.add(what);
    } else {
      told.wrong.set(REMEMBERED_WRONGS - 1, "… and more");
    }
  }

  /** What was told in a round. */
  synchronized Told told(int number) {
    return rounds.getOrDefault(number, new Told());
  }

  /** The jobs that were accepted in a round. */
  synchronized Set<UUID> owed(int number) {
    Set<UUID> ids = new HashSet<>();
    owed.forEach(
        (id, of) -> {
          if (of == number) {
            ids.add(id);
          }
        });
    return ids;
  }

  /** How many were accepted in all. */
  synchronized int owed() {
    return owed.size();
  }

  /** How many were accepted in a round. */
  synchronized int accepted(int number) {
    return told(number).accepted;
  }
}
