package io.pipedeck.search;

import io.pipedeck.embed.Vectors;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.jspecify.annotations.Nullable;

/** What the index holds of each chunk: the fields, and the limits that can be put on them. */
final class ChunkDocuments {
  /** The version's id, as a term to replace by. */
  static final String KEY = "key";

  /** The version's id, as a number to look for in order. */
  static final String VERSION = "version";

  static final String VERSION_VALUE = "version_value";
  static final String REVISION = "revision";
  static final String ORDINAL = "ordinal";
  static final String TEXT = "text";
  private static final String REALM = "realm";
  private static final String SHA256 = "sha256";
  private static final String TYPE = "type";
  private static final String JOB = "job";

  private ChunkDocuments() {}

  /** The documents of a version's chunks, made as they are asked for. */
  static Iterator<Iterable<IndexableField>> of(Version version, Iterator<Version.Chunk> chunks) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return chunks.hasNext();
      }

      @Override
      public Iterable<IndexableField> next() {
        return document(version, chunks.next());
      }
    };
  }

  private static List<IndexableField> document(Version version, Version.Chunk chunk) {
    List<IndexableField> fields = new ArrayList<>();
    fields.add(new StringField(KEY, Long.toString(version.id()), Store.NO));
    fields.add(new LongPoint(VERSION, version.id()));
    fields.add(new NumericDocValuesField(VERSION_VALUE, version.id()));
    fields.add(new NumericDocValuesField(REVISION, version.revision()));
    fields.add(new NumericDocValuesField(ORDINAL, chunk.ordinal()));
    fields.add(new StringField(REALM, realmTerm(version.realm()), Store.NO));
    fields.add(new StringField(SHA256, version.sha256(), Store.NO));
    fields.add(new StringField(JOB, version.jobId().toString(), Store.NO));
    if (version.mediaType() != null) {
      fields.add(new StringField(TYPE, version.mediaType(), Store.NO));
    }
    String heading = chunk.heading() == null ? "" : chunk.heading() + "\n";
    fields.add(new TextField(TEXT, heading + chunk.text(), Store.NO));
    float[] vector = chunk.vector();
    if (vector != null && chunk.model() != null && isUsable(vector)) {
      fields.add(
          new KnnFloatVectorField(
              vectorField(chunk.model(), vector.length),
              Vectors.normalise(vector.clone()),
              VectorSimilarityFunction.DOT_PRODUCT));
    }
    return fields;
  }

  /** Vectors of two models can't be compared, so each has a field of its own. */
  static String vectorField(String model, int dimensions) {
    return "vector " + dimensions + " " + model;
  }

  /** Whether a vector can be near another one: it has a direction and a length that is taken. */
  static boolean isUsable(float[] vector) {
    boolean zero = true;
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
      zero &= value == 0;
    }
    return !zero && vector.length <= VectorCodec.LONGEST_VECTOR;
  }

  /** Holds for what is in scope; the realm is always a part of it. */
  static Query within(Scope scope) {
    var all = new BooleanQuery.Builder();
    must(all, REALM, realmTerm(scope.realm()));
    must(all, SHA256, scope.sha256());
    must(all, TYPE, scope.mediaType());
    UUID job = scope.jobId();
    must(all, JOB, job == null ? null : job.toString());
    return all.build();
  }

  private static void must(BooleanQuery.Builder all, String field, @Nullable String value) {
    if (value != null) {
      all.add(new TermQuery(new Term(field, value)), Occur.FILTER);
    }
  }

  private static String realmTerm(@Nullable String realm) {
    return realm == null ? "none" : "realm " + realm;
  }
}
