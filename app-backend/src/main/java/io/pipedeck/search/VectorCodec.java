package io.pipedeck.search;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/**
 * Lucene's own files, written with denser graphs than usual, for more of what is nearest, and with
 * vectors of any length: models give 1,536 numbers and more, Lucene's bound is 1,024. Who reads
 * them needs nothing of this.
 */
final class VectorCodec extends FilterCodec {
  private static final int NEIGHBOURS = 32;
  private static final int LOOKED_AT = 200;
  static final int LONGEST_VECTOR = 16_384;

  private final KnnVectorsFormat vectors =
      new PerFieldKnnVectorsFormat() {
        private final KnnVectorsFormat wide = new Wide();

        @Override
        public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
          return wide;
        }
      };

  VectorCodec() {
    this(Codec.getDefault());
  }

  private VectorCodec(Codec usual) {
    super(usual.getName(), usual);
  }

  @Override
  public KnnVectorsFormat knnVectorsFormat() {
    return vectors;
  }

  private static final class Wide extends KnnVectorsFormat {
    private final KnnVectorsFormat graph;

    Wide() {
      this(new Lucene99HnswVectorsFormat(NEIGHBOURS, LOOKED_AT));
    }

    private Wide(KnnVectorsFormat graph) {
      super(graph.getName());
      this.graph = graph;
    }

    @Override
    public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
      return graph.fieldsWriter(state);
    }

    @Override
    public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
      return graph.fieldsReader(state);
    }

    @Override
    public int getMaxDimensions(String field) {
      return LONGEST_VECTOR;
    }
  }
}
