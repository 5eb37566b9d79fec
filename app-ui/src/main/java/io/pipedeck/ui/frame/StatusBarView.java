package io.pipedeck.ui.frame;

import io.pipedeck.ui.connection.Connection;
import io.pipedeck.ui.connection.ConnectionState;
import io.pipedeck.ui.control.ViewKit;
import io.pipedeck.ui.send.TransfersViewModel;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.scene.control.Label;
import org.jspecify.annotations.Nullable;

/**
 * Words for the bottom line: which server, how the connection is, how fresh the screen, what runs.
 */
final class StatusBarView {
  private static final PseudoClass LIVE = PseudoClass.getPseudoClass("live");
  private static final PseudoClass POLLING = PseudoClass.getPseudoClass("polling");
  private static final PseudoClass LOST = PseudoClass.getPseudoClass("lost");

  /**
   * A live line says every fifteen seconds at least that nothing else has changed: until it is late
   * with that, the screen is of this moment.
   */
  private static final Duration HEARD = Duration.ofSeconds(20);

  private final Connection connection;
  private final TransfersViewModel transfers;
  private final ViewKit kit;
  private final boolean bundled;

  StatusBarView(Connection connection, TransfersViewModel transfers, ViewKit kit, boolean bundled) {
    this.connection = connection;
    this.transfers = transfers;
    this.kit = kit;
    this.bundled = bundled;
  }

  void wire(Label server, Label state, Label updated, Label background) {
    server
        .textProperty()
        .bind(
            connection.serverProperty().map(url -> url == null ? "" : serverName(url)).orElse(""));
    connection
        .stateProperty()
        .subscribe(
            now -> {
              state.setText(words(now));
              state.pseudoClassStateChanged(LIVE, now instanceof ConnectionState.Live);
              state.pseudoClassStateChanged(POLLING, now instanceof ConnectionState.Polling);
              state.pseudoClassStateChanged(LOST, now instanceof ConnectionState.Lost);
            });
    connection.lastContactProperty().subscribe(_ -> tell(updated));
    kit.now().subscribe(_ -> tell(updated));
    background
        .textProperty()
        .bind(Bindings.createStringBinding(this::backgroundWords, transfers.unfinishedProperty()));
    background.visibleProperty().bind(transfers.unfinishedProperty().greaterThan(0));
  }

  private String serverName(URI url) {
    return bundled
        ? kit.texts().format("statusbar.bundled", url.getAuthority())
        : kit.texts().format("statusbar.server", url.getAuthority());
  }

  private String words(ConnectionState state) {
    return kit.texts()
        .get(
            switch (state) {
              case ConnectionState.Connecting() -> "statusbar.connecting";
              case ConnectionState.Live() -> "statusbar.live";
              case ConnectionState.Polling(_) -> "statusbar.polling";
              case ConnectionState.Lost(_, _, _) -> "statusbar.lost";
            });
  }

  /**
   * Set and not bound: most ticks of the clock change no words, and then nothing is to be drawn.
   */
  private void tell(Label updated) {
    updated.setText(updatedWords(connection.lastContactProperty().get()));
  }

  private String updatedWords(@Nullable Instant last) {
    if (last == null) {
      return "";
    }
    Instant now = kit.now().getValue();
    boolean live = connection.stateProperty().get() instanceof ConnectionState.Live;
    Instant known = live && Duration.between(last, now).compareTo(HEARD) < 0 ? now : last;
    return kit.texts().format("statusbar.updated", kit.amounts().ago(known, now));
  }

  private String backgroundWords() {
    return kit.texts().format("statusbar.sending", transfers.unfinishedProperty().get());
  }
}
