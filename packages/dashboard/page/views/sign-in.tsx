import type { JSX } from 'preact';
import { hasToken, setToken } from '../state/request.ts';
import { follow } from '../state/store.ts';

export function SignIn({ message }: { message: string }): JSX.Element {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const token = new FormData(form).get('token');
    setToken(typeof token === 'string' ? token.trim() : '');
    void follow();
  };
  return (
    <main class="sign-in">
      <h1>Tenant Operator</h1>
      <form onSubmit={submit}>
        <label for="token">A token of the cluster</label>
        <input id="token" name="token" type="password" autocomplete="off" required />
        <button type="submit">Open</button>
      </form>
      {hasToken() && (
        <p class="failure" role="alert">
          {message}
        </p>
      )}
      <p class="quiet">
        You see and change what this token may. It stays in this tab. To get one:{' '}
        <code>kubectl create token NAME -n NAMESPACE</code>
      </p>
    </main>
  );
}
