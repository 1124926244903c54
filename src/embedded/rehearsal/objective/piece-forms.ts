// Forms of which several make one file: announcements, letters, ideas. English, German, French and
// Spanish nouns; `.*` stands before the endings of German compounds.
import { pieces } from './form.ts';
import type { Form } from './form.ts';
import { words } from './patterns.ts';

export const pieceForms: readonly Form[] = [
  pieces({
    id: 'announcement',
    words: words(`
      announcements? notices? ankündigung(?:en)? .*bekanntmachung(?:en)? annonces? anuncios?
    `),
    file: 'announcements.md',
    title: 'Announcements',
    piece: 'Announcement',
  }),
  pieces({
    id: 'poster',
    words: words(`
      posters? flyers? leaflets? brochures? .*plakate? .*aushang .*aushänge .*flugblatt
      .*flugblätter affiches? carteles? folletos?
    `),
    file: 'posters.md',
    title: 'Posters',
    piece: 'Poster',
  }),
  pieces({
    id: 'post',
    words: words(`
      posts? tweets? blogs? blog-posts? .*beitrag .*beiträge publications? publicaciones
    `),
    file: 'posts.md',
    title: 'Posts',
    piece: 'Post',
  }),
  pieces({
    id: 'letter',
    words: words(`
      letters? e-?mails? mails? invitations? newsletters? memos? messages? .*brief .*briefe
      .*einladung(?:en)? .*rundschreiben lettres? courriels? invitación cartas? correos?
    `),
    file: 'letters.md',
    title: 'Letters',
    piece: 'Letter',
    pieces: 2,
  }),
  pieces({
    id: 'press-release',
    words: words(`
      press-releases? press releases? .*pressemitteilung(?:en)? communiqué comunicado
    `),
    file: 'press-release.md',
    title: 'Press release',
    piece: 'Release',
    pieces: 1,
  }),
  pieces({
    id: 'lesson',
    words: words(`
      lessons? exercises? sessions? modules? units? .*übung(?:en)? .*lektion(?:en)? leçons?
      ejercicios? lecciones
    `),
    file: 'lessons.md',
    title: 'Lessons',
    piece: 'Lesson',
    pieces: 4,
  }),
  pieces({
    id: 'idea',
    words: words(`
      ideas? slogans? taglines? headlines? names? jokes? suggestions? tips? options?
      .*ideen? .*vorschl[aä]ge? idées? consejos?
    `),
    file: 'ideas.md',
    title: 'Ideas',
    aspects: ['subject'],
    piece: 'Idea',
    pieces: 5,
  }),
  pieces({
    id: 'story',
    words: words(`
      stor(?:y|ies) poems? speech(?:es)? scenes? tales? haikus? novels? gedichte?
      geschichten? .*rede histoires? poèmes? historias? poemas? discurso
    `),
    file: 'stories.md',
    title: 'Stories',
    aspects: ['subject'],
    piece: 'Part',
  }),
  pieces({
    id: 'recipe',
    words: words('recipes? menus? dishes .*rezepte? recettes? recetas?'),
    file: 'recipes.md',
    title: 'Recipes',
    aspects: ['subject'],
    piece: 'Recipe',
  }),
];
