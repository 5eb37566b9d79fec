package io.pipedeck.app;

import io.pipedeck.config.DocumentConfig;
import io.pipedeck.document.DocumentStore;
import io.pipedeck.document.Documents;
import io.pipedeck.document.LocalDocumentStore;
import io.pipedeck.document.PostgresDocumentStore;
import io.pipedeck.security.Secrets;
import io.pipedeck.spool.Spool;
import io.pipedeck.spool.SpoolException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What this process keeps, in its data folder or beside its jobs: spool, documents, secrets. */
final class DataParts {
  private final ThisNode node;

  DataParts(ThisNode node) {
    this.node = node;
  }

  /** Null where what comes in while PostgreSQL is away is refused. */
  @Nullable Spool spool() {
    var config = node.config();
    Boolean wanted = config.spool().wanted();
    if (wanted == null ? node.role().isSplit() : !wanted) {
      return null;
    }
    try {
      return node.keep(
          Spool.open(config.home().resolve("spool"), config.spool().maxBytes(), node.clock()));
    } catch (SpoolException e) {
      throw new StartException(
          "The spool can't be used: " + e.getMessage() + ". Mend it, or set SPOOL=off.", e);
    }
  }

  Documents documents(Stores stores) {
    return new Documents(
        stores.database(),
        documentStore(stores),
        Stores.scratch(node.config()),
        node.config().document().smallBytes());
  }

  private DocumentStore documentStore(Stores stores) {
    DocumentConfig document = node.config().document();
    return switch (document.store()) {
      case POSTGRES -> {
        var shared = new PostgresDocumentStore(stores.database(), Stores.scratch(node.config()));
        shared.deleteLeftovers(node.clock());
        yield shared;
      }
      case LOCAL -> {
        if (node.role().isSplit() && !document.folderShared()) {
          throw new StartException(
              "DOCUMENT_STORE=local keeps documents where other nodes don't see them. Use postgres, or set"
                  + " DOCUMENT_DIR_SHARED=true if "
                  + document.folder()
                  + " is a folder that all nodes share.",
              null);
        }
        var local = new LocalDocumentStore(document.folder());
        local.deleteLeftovers(node.clock());
        yield local;
      }
    };
  }

  Secrets secrets() {
    var config = node.config();
    try {
      return Secrets.of(config.security().secretsKey(), config.home());
    } catch (IOException e) {
      throw new StartException(
          "The key file in " + config.home() + " can't be used: " + e.getMessage(), e);
    }
  }
}
