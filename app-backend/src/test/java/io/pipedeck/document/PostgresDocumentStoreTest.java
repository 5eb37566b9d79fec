package io.pipedeck.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipedeck.db.MigratedDatabase;
import io.pipedeck.document.DocumentStoreException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresDocumentStoreTest extends DocumentStoreContract {
  @RegisterExtension static final MigratedDatabase DB = new MigratedDatabase();

  @Override
  DocumentStore storeIn(Path place) {
    return new PostgresDocumentStore(DB.pool(), place);
  }

  @Override
  long kept() {
    return DB.number("SELECT count(*) AS n FROM documents");
  }

  @Override
  void deleteLeftovers(Instant now) {
    new PostgresDocumentStore(DB.pool(), folder).deleteLeftovers(InstantSource.fixed(now));
  }

  @Override
  Path incoming() {
    return folder;
  }

  @Test
  void aDocumentIsKeptInPartsOfAMebibyte() throws IOException {
    storeIn(folder).put(new ByteArrayInputStream(new byte[(2 << 20) + 1]), 4 << 20);

    assertThat(
            DB.text(
                "SELECT string_agg(part || ':' || length(bytes), ' ' ORDER BY part) AS text FROM document_parts"))
        .isEqualTo("0:1048576 1:1048576 2:1");
  }

  @Test
  void aDocumentOfWhichAPartIsGoneIsNotReadAsWhole() throws IOException {
    String sha256 =
        storeIn(folder).put(new ByteArrayInputStream(new byte[2 << 20]), 4 << 20).sha256();
    DB.foreign("DELETE FROM document_parts WHERE part = 1");

    var broken =
        catchThrowableOfType(DocumentStoreException.class, () -> storeIn(folder).open(sha256));

    assertThat(broken.reason()).isEqualTo(Reason.UNAVAILABLE);
  }
}
