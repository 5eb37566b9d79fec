package io.pipedeck.search;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Weight;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.IOUtils;

/**
 * The index on the disk: whole document versions in, candidates out. Changes are for one thread and
 * are seen after {@link #refresh}; searches for any number. It holds words and vectors, no text.
 * Some 32 MiB of what was not written yet are in the heap, some 50 MiB more while segments are
 * joined; the rest is the system's cache.
 */
final class SearchIndex implements AutoCloseable {
  /** Raised when documents are made otherwise; an index of another one is made anew. */
  private static final String FORMAT = "1";

  private static final String FORMAT_KEY = "pipedeck.format";
  private static final double BUFFER_MIB = 32;

  /** To join two graphs takes heap by their size: some 50 MiB for as many vectors as this holds. */
  private static final double LARGEST_SEGMENT_MIB = 512;

  private final Directory directory;
  private final WordAnalyzer analyzer;
  private final IndexWriter writer;
  private final SearcherManager searchers;

  private SearchIndex(
      Directory directory, WordAnalyzer analyzer, IndexWriter writer, SearcherManager searchers) {
    this.directory = directory;
    this.analyzer = analyzer;
    this.writer = writer;
    this.searchers = searchers;
  }

  /**
   * Opens the index in a folder, or makes an empty one.
   *
   * @throws IOException if it can't be read, also because another release wrote it; it is to be
   *     cleared then
   */
  static SearchIndex open(Path folder) throws IOException {
    Directory directory = new MMapDirectory(folder);
    try {
      return open(directory);
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, directory);
      throw e;
    }
  }

  private static SearchIndex open(Directory directory) throws IOException {
    var analyzer = new WordAnalyzer();
    var merging = new ConcurrentMergeScheduler();
    merging.setMaxMergesAndThreads(2, 1);
    var segments = new TieredMergePolicy();
    segments.setMaxMergedSegmentMB(LARGEST_SEGMENT_MIB);
    var writer =
        new IndexWriter(
            directory,
            new IndexWriterConfig(analyzer)
                .setCodec(new VectorCodec())
                .setRAMBufferSizeMB(BUFFER_MIB)
                .setMergeScheduler(merging)
                .setMergePolicy(segments)
                .setCommitOnClose(true));
    try {
      if (!isOfThisFormat(writer)) {
        writer.deleteAll();
      }
      writer.setLiveCommitData(Map.of(FORMAT_KEY, FORMAT).entrySet());
      return new SearchIndex(directory, analyzer, writer, new SearcherManager(writer, null));
    } catch (IOException | RuntimeException e) {
      IOUtils.closeWhileSuppressingExceptions(e, writer::rollback);
      throw e;
    }
  }

  private static boolean isOfThisFormat(IndexWriter writer) {
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    if (data != null) {
      for (Map.Entry<String, String> entry : data) {
        if (entry.getKey().equals(FORMAT_KEY)) {
          return entry.getValue().equals(FORMAT);
        }
      }
    }
    return false;
  }

  /**
   * Puts a version in the place of what the index has of it; all or nothing.
   *
   * @param chunks gives them one by one; what it throws leaves the version out
   */
  void replace(Version version, Iterator<Version.Chunk> chunks) throws IOException {
    Iterable<Iterable<IndexableField>> documents = () -> ChunkDocuments.of(version, chunks);
    writer.updateDocuments(new Term(ChunkDocuments.KEY, Long.toString(version.id())), documents);
  }

  /** Takes a version out. */
  void remove(long id) throws IOException {
    writer.deleteDocuments(new Term(ChunkDocuments.KEY, Long.toString(id)));
  }

  /** Lets searches see what was changed. */
  void refresh() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  /** Keeps on the disk what was changed, for the next start. */
  void commit() throws IOException {
    writer.commit();
  }

  /** The revisions of the versions with these ids, as searches see them; both ends included. */
  Map<Long, Long> revisions(long from, long to) throws IOException {
    return searching(
        searcher -> {
          Map<Long, Long> revisions = new HashMap<>();
          Weight weight =
              searcher.createWeight(
                  searcher.rewrite(LongPoint.newRangeQuery(ChunkDocuments.VERSION, from, to)),
                  ScoreMode.COMPLETE_NO_SCORES,
                  1);
          for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
            Scorer scorer = weight.scorer(leaf);
            if (scorer != null) {
              collect(leaf, scorer, revisions);
            }
          }
          return revisions;
        });
  }

  private static void collect(LeafReaderContext leaf, Scorer scorer, Map<Long, Long> revisions)
      throws IOException {
    NumericDocValues versions = leaf.reader().getNumericDocValues(ChunkDocuments.VERSION_VALUE);
    NumericDocValues values = leaf.reader().getNumericDocValues(ChunkDocuments.REVISION);
    var live = leaf.reader().getLiveDocs();
    var found = scorer.iterator();
    for (int doc = found.nextDoc(); doc != Integer.MAX_VALUE; doc = found.nextDoc()) {
      if ((live == null || live.get(doc))
          && versions != null
          && versions.advanceExact(doc)
          && values != null
          && values.advanceExact(doc)) {
        revisions.put(versions.longValue(), values.longValue());
      }
    }
  }

  /** The revision in which a version is here, empty for none. */
  Optional<Long> revision(long id) throws IOException {
    return Optional.ofNullable(revisions(id, id).get(id));
  }

  /** How many chunks it has. */
  int chunks() throws IOException {
    return searching(searcher -> searcher.count(MatchAllDocsQuery.INSTANCE));
  }

  /** Something to do with a searcher. */
  @FunctionalInterface
  interface Search<T> {
    T in(IndexSearcher searcher) throws IOException;
  }

  /** Searches what the last refresh showed. */
  <T> T searching(Search<T> search) throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      return search.in(searcher);
    } finally {
      searchers.release(searcher);
    }
  }

  WordAnalyzer analyzer() {
    return analyzer;
  }

  /** Gives it up as it was at the last commit: its files may be gone. */
  void abandon() {
    IOUtils.closeWhileHandlingException(searchers, writer::rollback, directory);
  }

  @Override
  public void close() throws IOException {
    IOUtils.close(searchers, writer, directory);
  }
}
