package io.pipedeck.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.api.ErrorCode;
import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.pipeline.PipelineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class EmbeddingModelsTest {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  @Test
  void theFirstVectorsOfAModelDecideHowLongAllAre() {
    check("mini", 384);
    check("mini", 384);
    check("large", 1_536);

    var refused = catchThrowableOfType(PipelineException.class, () -> check("mini", 768));

    assertThat(refused.code()).isEqualTo(ErrorCode.EMBEDDING_UNAVAILABLE);
    assertThat(refused).hasMessageContaining("768").hasMessageContaining("384");
    assertThat(DB.number("SELECT count(*) AS n FROM embedding_models")).isEqualTo(2);
  }

  private static void check(String model, int dimensions) {
    DB.pool().run(tx -> EmbeddingModels.check(tx, model, dimensions));
  }
}
