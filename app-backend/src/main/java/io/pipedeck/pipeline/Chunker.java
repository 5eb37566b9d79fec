package io.pipedeck.pipeline;

import io.pipedeck.pipeline.CleanDocument.Kind;
import io.pipedeck.pipeline.CleanDocument.Part;
import io.pipedeck.pipeline.Sentences.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Cuts clean text into chunks of whole sentences. A chunk ends within a sentence only if that
 * sentence alone is longer than a chunk may be. A heading opens a chunk rather than closing one.
 * For one document and one thread.
 */
final class Chunker {
  /** Counts nothing: for chunks that get no vectors. */
  static final Limit NO_LIMIT = new Limit(text -> 0, Integer.MAX_VALUE);

  /**
   * What the model takes.
   *
   * @param counter tokens of a text
   * @param maxTokens a chunk with more is made smaller
   */
  record Limit(ToIntFunction<String> counter, int maxTokens) {}

  /** A piece of the text; its offsets, tokens and the heading it stands under. */
  record Piece(int start, int end, int tokens, @Nullable String heading) {}

  private record Unit(int start, int end, Part part) {}

  private final CleanDocument document;
  private final int size;
  private final int overlap;
  private final Limit limit;
  private final Deque<Unit> pending = new ArrayDeque<>();
  private final List<Piece> pieces = new ArrayList<>();

  Chunker(CleanDocument document, Sentences sentences, PipelineOptions options, Limit limit) {
    this.document = document;
    this.size = options.chunkSize();
    this.overlap = options.chunkOverlap();
    this.limit = limit;
    for (Part part : document.parts()) {
      for (Range sentence : sentences.of(document.text(), part.start(), part.end())) {
        pending.add(new Unit(sentence.start(), sentence.end(), part));
      }
    }
  }

  /** The pieces, in order; every character but white space is in at least one. */
  List<Piece> cut() throws InterruptedException {
    while (!pending.isEmpty()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      next();
    }
    return pieces;
  }

  /**
   * Takes one piece. Where it has too many tokens it gives up whole sentences first, then words of
   * its overlap, and is cut within a sentence only where that sentence alone has too many.
   */
  private void next() {
    Unit first = splitToFit(size);
    int start = startWithOverlap(first);
    List<Unit> taken = take(start);
    int tokens = tokens(start, taken);
    while (tokens > limit.maxTokens() && taken.size() > 1) {
      giveBack(taken, start, tokens);
      tokens = tokens(start, taken);
    }
    while (tokens > limit.maxTokens() && start < first.start()) {
      start = Math.min(first.start(), Cuts.wordAt(document.text(), start + 1, first.start()));
      tokens = tokens(start, taken);
    }
    while (tokens > limit.maxTokens() && codePoints(first) > 1) {
      pending.addFirst(first);
      first = splitToFit(fewer(first.end() - first.start(), tokens));
      pending.removeFirst();
      start = first.start();
      taken = List.of(first);
      tokens = tokens(start, taken);
    }
    pieces.add(new Piece(start, taken.getLast().end(), tokens, first.part().heading()));
  }

  private int tokens(int start, List<Unit> taken) {
    return limit.counter().applyAsInt(document.text().substring(start, taken.getLast().end()));
  }

  private int codePoints(Unit unit) {
    return document.text().codePointCount(unit.start(), unit.end());
  }

  /** About as many characters as have the tokens that the model takes, fewer than now. */
  private int fewer(int length, int tokens) {
    int fitting = (int) (length * 0.97 * limit.maxTokens() / tokens);
    return Math.clamp(fitting, 1, length - 1);
  }

  /** At least the last unit; all that are likely to be too much; the first never. */
  private void giveBack(List<Unit> taken, int start, int tokens) {
    int end = start + fewer(taken.getLast().end() - start, tokens);
    do {
      pending.addFirst(taken.removeLast());
    } while (taken.size() > 1 && (taken.getLast().end() > end || endsInHeading(taken)));
  }

  /** The first pending unit, cut if it is longer than this many characters. */
  private Unit splitToFit(int most) {
    Unit first = pending.getFirst();
    if (first.end() - first.start() <= most) {
      return first;
    }
    pending.removeFirst();
    int cut = Cuts.before(document.text(), first.start(), first.end(), most);
    int restStart = skipSpace(cut, first.end());
    if (restStart < first.end()) {
      pending.addFirst(new Unit(restStart, first.end(), first.part()));
    }
    var head = new Unit(first.start(), stripSpace(first.start(), cut), first.part());
    pending.addFirst(head);
    return head;
  }

  private int skipSpace(int from, int end) {
    int at = from;
    while (at < end && Character.isWhitespace(document.text().charAt(at))) {
      at++;
    }
    return at;
  }

  private int stripSpace(int start, int from) {
    int at = from;
    while (at > start + 1 && Character.isWhitespace(document.text().charAt(at - 1))) {
      at--;
    }
    return at;
  }

  /** Where the piece begins: up to {@code overlap} characters back, at a sentence or a word. */
  private int startWithOverlap(Unit first) {
    if (overlap == 0 || pieces.isEmpty() || opensSection(first)) {
      return first.start();
    }
    Piece last = pieces.getLast();
    int room = size - (first.end() - last.end());
    int earliest = Math.max(last.start() + 1, last.end() - Math.min(overlap, room));
    if (room <= 0 || earliest >= last.end()) {
      return first.start();
    }
    int at = Cuts.wordAt(document.text(), earliest, last.end());
    return at < last.end() ? at : first.start();
  }

  /** Under a new heading the end of what was said before is of no help. */
  private static boolean opensSection(Unit unit) {
    return unit.part().kind() == Kind.HEADING && unit.start() == unit.part().start();
  }

  private List<Unit> take(int start) {
    List<Unit> taken = new ArrayList<>();
    while (!pending.isEmpty() && (taken.isEmpty() || fits(start, taken))) {
      taken.add(pending.removeFirst());
    }
    while (taken.size() > 1 && !pending.isEmpty() && endsInHeading(taken)) {
      pending.addFirst(taken.removeLast());
    }
    return taken;
  }

  private boolean fits(int start, List<Unit> taken) {
    Unit next = pending.getFirst();
    boolean enough = taken.getLast().end() - start >= size / 3 && !endsInHeading(taken);
    return next.end() - start <= size && !(opensSection(next) && enough);
  }

  private static boolean endsInHeading(List<Unit> taken) {
    return taken.getLast().part().kind() == Kind.HEADING;
  }
}
