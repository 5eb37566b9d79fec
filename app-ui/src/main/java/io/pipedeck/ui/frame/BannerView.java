package io.pipedeck.ui.frame;

import io.pipedeck.ui.control.Command;
import io.pipedeck.ui.control.ViewKit;
import java.time.Duration;
import java.time.Instant;
import javafx.beans.binding.Bindings;
import javafx.geometry.Pos;
import javafx.scene.control.Label;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import org.kordamp.ikonli.Ikon;
import org.kordamp.ikonli.feather.Feather;
import org.kordamp.ikonli.javafx.FontIcon;

/**
 * The strip above the screen: what is wrong with the connection, since when, and what happens next.
 */
final class BannerView {
  private final HBox strip;
  private final ViewKit kit;
  private final Command tryNow;

  BannerView(HBox strip, ViewKit kit, Command tryNow) {
    this.strip = strip;
    this.kit = kit;
    this.tryNow = tryNow;
    strip.managedProperty().bind(strip.visibleProperty());
  }

  void show(Banner banner) {
    strip.setVisible(!(banner instanceof Banner.None));
    strip.getChildren().clear();
    strip.getStyleClass().removeAll("banner-lost", "banner-polling", "banner-back");
    switch (banner) {
      case Banner.None() -> {
        // Nothing to show.
      }
      case Banner.Lost lost -> lost(lost);
      case Banner.Polling() ->
          fill(
              "banner-polling",
              Feather.ALERT_TRIANGLE,
              new Label(kit.texts().get("banner.polling")));
      case Banner.Back() ->
          fill("banner-back", Feather.CHECK_CIRCLE, new Label(kit.texts().get("banner.back")));
    }
  }

  private void lost(Banner.Lost lost) {
    var title = new Label(kit.texts().get("banner.lost"));
    title.getStyleClass().add("banner-title");
    title.setMinWidth(Region.USE_PREF_SIZE);
    var cause = new Label(lost.cause());
    var next = new Label();
    next.setMinWidth(Region.USE_PREF_SIZE);
    next.textProperty()
        .bind(Bindings.createStringBinding(() -> nextWords(lost, kit.now().getValue()), kit.now()));
    fill("banner-lost", Feather.CLOUD_OFF, title, cause, next);
    strip.getChildren().add(kit.actions().button(tryNow, "small"));
  }

  private String nextWords(Banner.Lost lost, Instant now) {
    String asOf = kit.amounts().time(lost.asOf());
    long seconds = Math.ceilDiv(Duration.between(now, lost.nextTry()).toMillis(), 1000L);
    return seconds <= 0
        ? kit.texts().format("banner.tryingNow", asOf)
        : kit.texts().format("banner.nextTry", asOf, seconds);
  }

  private void fill(String style, Ikon icon, Label... words) {
    strip.getStyleClass().add(style);
    strip.setAlignment(Pos.CENTER_LEFT);
    strip.getChildren().add(new FontIcon(icon));
    strip.getChildren().addAll(words);
    var space = new Region();
    HBox.setHgrow(space, Priority.ALWAYS);
    strip.getChildren().add(space);
  }
}
