package io.pipedeck.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.util.QueryBuilder;
import org.jspecify.annotations.Nullable;

/** Looks for candidates by meaning and by words, and makes one ranking of both. */
final class Candidates {
  /** How many of each kind are ranked at least; more make the nearest ones surer. */
  private static final int AT_LEAST = 200;

  private final SearchIndex index;

  Candidates(SearchIndex index) {
    this.index = index;
  }

  /** The query's vector, of length 1, with the model that made it. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Meaning(String model, float[] vector) {}

  /**
   * The best candidates, the best first.
   *
   * @param meaning null to look by words alone
   * @param wanted how many are to be shown; a few times as many are given, since some may be out of
   *     date
   */
  List<Candidate> of(String words, @Nullable Meaning meaning, Scope scope, int wanted)
      throws IOException {
    int most = Math.max(AT_LEAST, 4 * wanted);
    Query within = ChunkDocuments.within(scope);
    return index.searching(
        searcher -> {
          ScoreDoc[] near =
              meaning == null ? new ScoreDoc[0] : nearest(searcher, meaning, within, most);
          ScoreDoc[] said = byWords(searcher, words, within, most);
          List<int[]> rankings =
              meaning == null ? List.of(docs(said)) : List.of(docs(near), docs(said));
          Map<Integer, Double> similarities = new HashMap<>();
          for (ScoreDoc doc : near) {
            similarities.put(doc.doc, 2.0 * doc.score - 1);
          }
          List<Candidate> candidates = new ArrayList<>();
          for (Fusion.Scored scored : Fusion.fuse(rankings)) {
            candidates.add(candidate(searcher, scored, similarities.get(scored.thing())));
          }
          return candidates;
        });
  }

  /** The chunks with the nearest vectors. */
  private static ScoreDoc[] nearest(IndexSearcher searcher, Meaning meaning, Query within, int most)
      throws IOException {
    String field = ChunkDocuments.vectorField(meaning.model(), meaning.vector().length);
    var query = new KnnFloatVectorQuery(field, meaning.vector(), most, within);
    return searcher.search(query, most).scoreDocs;
  }

  /** The chunks that have the most telling of the words, by BM25. */
  private ScoreDoc[] byWords(IndexSearcher searcher, String words, Query within, int most)
      throws IOException {
    // Words as they stand: no character of a query has a meaning of its own.
    Query any =
        new QueryBuilder(index.analyzer())
            .createBooleanQuery(ChunkDocuments.TEXT, words, Occur.SHOULD);
    if (any == null) {
      return new ScoreDoc[0];
    }
    var query = new BooleanQuery.Builder().add(any, Occur.MUST).add(within, Occur.FILTER).build();
    return searcher.search(query, most).scoreDocs;
  }

  private static int[] docs(ScoreDoc[] found) {
    int[] docs = new int[found.length];
    for (int i = 0; i < found.length; i++) {
      docs[i] = found[i].doc;
    }
    return docs;
  }

  private static Candidate candidate(
      IndexSearcher searcher, Fusion.Scored scored, @Nullable Double similarity)
      throws IOException {
    List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
    LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(scored.thing(), leaves));
    int doc = scored.thing() - leaf.docBase;
    return new Candidate(
        number(leaf, ChunkDocuments.VERSION_VALUE, doc),
        number(leaf, ChunkDocuments.REVISION, doc),
        (int) number(leaf, ChunkDocuments.ORDINAL, doc),
        scored.score(),
        similarity);
  }

  private static long number(LeafReaderContext leaf, String field, int doc) throws IOException {
    NumericDocValues values = leaf.reader().getNumericDocValues(field);
    if (values == null || !values.advanceExact(doc)) {
      throw new IOException("the index has a chunk without " + field);
    }
    return values.longValue();
  }
}
