import { tellShards } from './shards.stories.ts';

tellShards({ tenants: 90, maxSkew: 5 });
