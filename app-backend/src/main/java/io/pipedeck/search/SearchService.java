package io.pipedeck.search;

import io.pipedeck.api.SearchAnswer;
import io.pipedeck.api.SearchAnswer.Hit;
import io.pipedeck.api.SearchRequest;
import io.pipedeck.db.Database;
import io.pipedeck.embed.Embedder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Searches the chunks of a realm by meaning and by words. Safe for all threads; calls block. The
 * index is opened in the background, a while after {@link #start} or at the first search.
 */
public final class SearchService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SearchService.class);

  /** The longest query, in characters. */
  public static final int LONGEST_QUERY = 1_000;

  /** The most chunks that one search gives. */
  public static final int MOST = 100;

  private static final Duration ANSWERED_WITHIN = Duration.ofMillis(1_500);
  private static final Duration INDEX_WITHIN = Duration.ofSeconds(2);
  private static final int READ_AT_LEAST = 20;

  private final Follower follower;
  private final FoundTexts texts;
  private final QueryMeaning meanings;

  /**
   * A search over this database.
   *
   * @param embedder the one that embeds the chunks; stays the caller's
   * @param folder where processes of this machine keep their indexes
   */
  public SearchService(Database database, Embedder embedder, Path folder, InstantSource clock) {
    this(database, embedder, folder, clock, Follower.Pace.NORMAL);
  }

  SearchService(
      Database database, Embedder embedder, Path folder, InstantSource clock, Follower.Pace pace) {
    var feed = new ChunkFeed(database);
    this.follower = new Follower(stopping -> new IndexCopy(feed, folder, clock, stopping), pace);
    this.texts = new FoundTexts(database.answering(ANSWERED_WITHIN));
    this.meanings = new QueryMeaning(embedder);
  }

  /** Begins to follow the database, whose schema stands. */
  public void start() {
    follower.start();
  }

  /**
   * Finds the chunks of a realm that fit best.
   *
   * @throws IllegalArgumentException if the query is blank or too long, or {@code k} out of its
   *     range
   * @throws SearchUnavailableException if there is no index yet
   * @throws io.pipedeck.db.DatabaseException if PostgreSQL doesn't answer
   */
  public SearchAnswer search(SearchRequest request) throws InterruptedException {
    int k = request.k() == null ? SearchRequest.DEFAULT_K : request.k();
    String query = request.query().strip();
    if (query.isEmpty() || query.codePointCount(0, query.length()) > LONGEST_QUERY) {
      throw new IllegalArgumentException(
          "a query has 1 to " + LONGEST_QUERY + " characters, not " + query.length());
    }
    if (k < 1 || k > MOST) {
      throw new IllegalArgumentException("k is 1 to " + MOST + ", not " + k);
    }
    var asked = new Asked(query, k, request);
    try {
      return search(index(), asked);
    } catch (IOException | AlreadyClosedException e) {
      LOG.debug("The index was closed under a search", e);
    }
    try {
      return search(index(), asked);
    } catch (IOException | AlreadyClosedException e) {
      throw unavailable(e);
    }
  }

  private SearchIndex index() throws InterruptedException {
    return follower.index(INDEX_WITHIN).orElseThrow(() -> unavailable(null));
  }

  private static SearchUnavailableException unavailable(@Nullable Exception cause) {
    return new SearchUnavailableException(
        "The search index is being made. Try again in a few seconds.", cause);
  }

  private record Asked(String query, int k, SearchRequest request) {
    Scope scope() {
      return new Scope(request.realm(), request.sha256(), request.mediaType(), request.jobId());
    }
  }

  private SearchAnswer search(SearchIndex index, Asked asked)
      throws IOException, InterruptedException {
    boolean complete = follower.complete();
    List<String> warnings = new ArrayList<>();
    Candidates.Meaning meaning = meanings.of(asked.query()).orElse(null);
    if (meaning == null) {
      warnings.add("The embedding model can't be used now: searched by words alone.");
    }
    List<Candidate> candidates =
        new Candidates(index).of(asked.query(), meaning, asked.scope(), asked.k());
    var snippets = new Snippets(index.analyzer(), asked.query());
    List<Hit> hits = hits(candidates, asked, snippets);
    return new SearchAnswer(hits, hits.size(), complete, warnings);
  }

  /** Reads on until there are enough that stand. */
  private List<Hit> hits(List<Candidate> candidates, Asked asked, Snippets snippets) {
    List<Hit> hits = new ArrayList<>();
    int each = Math.max(asked.k(), READ_AT_LEAST);
    for (int from = 0; from < candidates.size() && hits.size() < asked.k(); from += each) {
      List<Candidate> some = candidates.subList(from, Math.min(from + each, candidates.size()));
      List<FoundTexts.Text> found = texts.of(some, asked.request().realm());
      if (found.size() < some.size()) {
        follower.wake();
      }
      for (FoundTexts.Text text : found) {
        if (hits.size() < asked.k()) {
          hits.add(hit(text, some.get(text.candidate()), snippets));
        }
      }
    }
    return hits;
  }

  private static Hit hit(FoundTexts.Text text, Candidate candidate, Snippets snippets) {
    Double similarity = candidate.similarity();
    return new Hit(
        text.jobId(),
        text.filename(),
        text.sha256(),
        text.page(),
        text.heading(),
        text.ordinal(),
        text.start(),
        text.end(),
        snippets.of(text.text()),
        rounded(candidate.score()),
        similarity == null ? null : rounded(similarity));
  }

  private static double rounded(double value) {
    return Math.round(value * 1e4) / 1e4;
  }

  /** Ends following; the index stays for the next start. */
  @Override
  public void close() {
    follower.close();
  }
}
